package bot

import (
	"regexp"
	"slices"
	"strings"
)

// joints are where one question may end and another begin.
var joints = regexp.MustCompile(`(?i)[.?!;:\n\r]+|,|\s(?:and|but|also|plus|btw|by the way|anyway|\+|&)\s`)

// What is looked at on its own, so that a long message costs no more than a short one.
const (
	maxParts    = 12       // parts of a message: the first and the last
	maxSplit    = 16 << 10 // bytes of a message: the 4,096 letters that count, at 4 bytes each
	mostOfWhole = 0.9      // a single part this large is the message again
)

// split cuts a message into the parts that may each ask something. A message
// of one part has none. Parts of a single word are too little to go by.
func split(message string) []string {
	if len(message) > maxSplit {
		message = message[:maxSplit/2] + "\n" + message[len(message)-maxSplit/2:]
	}
	var parts []string
	for _, p := range joints.Split(message, -1) {
		p = strings.TrimSpace(p)
		if strings.ContainsAny(p, " \t") {
			parts = append(parts, p)
		}
	}
	if len(parts) > maxParts {
		parts = slices.Concat(parts[:maxParts/2], parts[len(parts)-maxParts/2:])
	}
	if len(parts) == 1 && float64(len(parts[0])) >= mostOfWhole*float64(len(message)) {
		return nil
	}
	return parts
}
