package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// joints are where one question may end and another begin.
var joints = regexp.MustCompile(`(?i)[.?!;:\n\r]+|,|\s(?:and|but|also|plus|btw|by the way|anyway|\+|&)\s`)

// What is looked at on its own, so that a long message costs no more than a short one.
const (
	maxParts    = 12   // parts of a message: the first and the last
	maxSplit    = 4096 // letters of a message, as the index reads: the first and the last
	mostOfWhole = 0.9  // a single part this large is the message again
)

// split cuts a message into the parts that may each ask something. A message
// of one part has none. Parts of a single word are too little to go by.
func split(message string) []string {
	message = ends(message)
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

// ends keeps the first and the last letters of a very long message.
func ends(message string) string {
	const bytes = maxSplit * utf8.UTFMax
	if len(message) > bytes {
		message = message[:bytes/2] + "\n" + message[len(message)-bytes/2:]
	}
	if len(message) <= maxSplit {
		return message
	}
	letters := []rune(message)
	if len(letters) <= maxSplit {
		return message
	}
	return string(letters[:maxSplit/2]) + "\n" + string(letters[len(letters)-maxSplit/2:])
}
