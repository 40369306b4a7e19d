package corpus

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
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
	all, err := parseAll(dir, files, &ps)
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

// parseAll parses the files side by side: it is a good part of a start's time. Of
// a thousand files, few are open or in memory at a time.
func parseAll(dir fs.FS, files []string, ps *Problems) ([]parsed, error) {
	if len(files) > maxDocuments {
		ps.add("corpus", 0, fmt.Sprintf("over %d documents", maxDocuments), "join some of them")
		return nil, nil
	}
	all := make([]parsed, 0, len(files))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	defer wg.Wait()
	size := 0
	for _, file := range files {
		slots <- struct{}{}
		src, ok, err := readFile(dir, file, ps)
		if err != nil {
			return nil, err
		}
		if size += len(src); size > maxFolder {
			ps.add("corpus", 0, fmt.Sprintf("the documents have over %d MB", maxFolder>>20), "leave some out")
			break
		}
		if !ok {
			<-slots
			continue
		}
		all = append(all, parsed{})
		p := &all[len(all)-1] // there is room for all: it stays where it is
		wg.Go(func() {
			*p = parseDocument(file, src)
			<-slots
		})
	}
	return all, nil
}

func documentFiles(dir fs.FS) ([]string, error) {
	var files []string
	err := fs.WalkDir(dir, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := path.Base(p)
		switch hidden := p != "." && strings.HasPrefix(name, "."); {
		case hidden && d.IsDir():
			return fs.SkipDir
		case hidden, d.IsDir(), !strings.HasSuffix(name, ".md"), strings.EqualFold(name, "README.md"):
			return nil
		}
		files = append(files, p)
		return nil
	})
	return files, err
}
