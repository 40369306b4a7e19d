package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// synonymsFile holds groups of like words, beside the documents; a corpus may do without.
const synonymsFile = "synonyms.txt"

var groupName = regexp.MustCompile(`^[a-z0-9][a-z0-9 -]*$`)

// readSynonyms reads lines such as "mother: mum, mam, ammi". Lines that start with # are left out.
func readSynonyms(dir fs.FS, ps *Problems) ([]Group, error) {
	src, ok, err := readFile(dir, synonymsFile, ps)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !ok || !isText(synonymsFile, src, ps) {
		return nil, nil
	}
	var groups []Group
	firstLine := map[string]int{}
	for i, l := range strings.Split(string(bytes.TrimPrefix(src, []byte("\ufeff"))), "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		name, list, ok := strings.Cut(l, ":")
		if name = strings.TrimSpace(name); !ok || !groupName.MatchString(name) {
			ps.add(synonymsFile, i+1, "cannot read the line", "write it as `mother: mum, mam, ammi`")
			continue
		}
		g := Group{Name: name}
		for _, w := range strings.Split(list, ",") {
			w = strings.TrimSpace(w)
			key := foldQuestion(w)
			if w == "" {
				continue
			}
			if first := firstLine[key]; first != 0 {
				ps.add(synonymsFile, i+1, fmt.Sprintf("%q also stands in line %d", w, first), "keep it where it fits best")
				continue
			}
			firstLine[key] = i + 1
			g.Words = append(g.Words, w)
		}
		groups = append(groups, g)
	}
	return groups, nil
}
