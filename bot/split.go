package bot

import (
	"regexp"
	"strings"
)

// joints are where one question may end and another begin.
var joints = regexp.MustCompile(`(?i)[.?!;:\n\r]+|,|\s(?:and|but|also|plus|btw|by the way|anyway)\s`)

// split cuts a message into the parts that may each ask something. A message
// of one part has none. Parts of a single word are too little to go by.
func split(message string) []string {
	var parts []string
	for _, p := range joints.Split(message, maxParts*2) {
		p = strings.TrimSpace(p)
		if strings.ContainsAny(p, " \t") && len(parts) < maxParts {
			parts = append(parts, p)
		}
	}
	if len(parts) == 1 && len(parts[0])*10 >= len(message)*9 {
		return nil
	}
	return parts
}
