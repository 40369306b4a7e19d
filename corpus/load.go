package corpus

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed *.md *.txt
var embedded embed.FS

// Embedded is the folder of the corpus that the program carries.
func Embedded() fs.FS { return embedded }

// Load reads every Markdown file of a folder, README.md apart, and checks them
// together. A corpus with any problem is refused as a whole: the error is then
// a [Problems]. What deserves a look but does no harm is in Warnings.
func Load(dir fs.FS) (*Corpus, error) {
	files, err := documentFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the corpus folder: %w", err)
	}
	var (
		ps, groupProblems Problems
		groups            []Group
		groupsErr         error
		wg                sync.WaitGroup
	)
	wg.Go(func() { groups, groupsErr = readSynonyms(dir, &groupProblems) })
	all, err := parseAll(dir, files)
	wg.Wait()
	if err := errors.Join(err, groupsErr); err != nil {
		return nil, fmt.Errorf("reading the corpus folder: %w", err)
	}
	for _, p := range all {
		ps = append(ps, p.problems...)
	}
	ps = append(ps, groupProblems...)
	c := assemble(all, &ps)
	c.Groups = groups
	if len(ps) > 0 {
		ps.sort()
		return nil, ps
	}
	c.warn(time.Now())
	return c, nil
}

// parseAll parses the files side by side: it is a good part of a start's time.
func parseAll(dir fs.FS, files []string) ([]parsed, error) {
	all := make([]parsed, len(files))
	failed := make([]error, len(files))
	var wg sync.WaitGroup
	for i, file := range files {
		wg.Go(func() {
			src, err := fs.ReadFile(dir, file)
			if failed[i] = err; err == nil {
				all[i] = parseDocument(file, src)
			}
		})
	}
	wg.Wait()
	return all, errors.Join(failed...)
}

func documentFiles(dir fs.FS) ([]string, error) {
	var files []string
	err := fs.WalkDir(dir, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := path.Base(p)
		if d.IsDir() && p != "." && strings.HasPrefix(name, ".") {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".md") && !strings.EqualFold(name, "README.md") {
			files = append(files, p)
		}
		return nil
	})
	return files, err
}
