package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// loaded is a bot with the corpus and the index that it answers from.
type loaded struct {
	*bot.Bot
	corpus *corpus.Corpus
	files  hashes // what the corpus was read from
	index  *index.Index
	asked  sync.WaitGroup // questions under way, where somebody counts them
}

// gcPercentAtStart collects garbage sooner while a desk is made: building throws
// away three times what it keeps. It saves a tenth of the memory at the peak for
// a twentieth of the time (docs/performance.md).
const gcPercentAtStart = 60

// open loads the corpus that the settings name and makes a bot that answers from it.
func (a *app) open(ctx context.Context) (*loaded, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercentAtStart))
	c, files, err := a.readCorpus()
	if err != nil {
		return nil, inBrief(err)
	}
	return a.build(ctx, c, files)
}

// build makes a bot that answers from a corpus.
func (a *app) build(ctx context.Context, c *corpus.Corpus, files hashes) (*loaded, error) {
	x, err := index.New(c)
	if err != nil {
		return nil, err
	}
	l := &loaded{Bot: bot.New(a.settings.logger(a.stderr), c, x), corpus: c, files: files, index: x}
	if err := x.Wait(ctx); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return l, nil
}

func (l *loaded) close() error { return l.index.Close() }

func (a *app) loadCorpus() (*corpus.Corpus, error) {
	c, _, err := a.readCorpus()
	return c, inBrief(err)
}

// inBrief puts all that is wrong with a corpus in one line. It leaves other errors as they are.
func inBrief(err error) error {
	var ps corpus.Problems
	if errors.As(err, &ps) {
		return fmt.Errorf("the corpus has %s, the first is %s; `frontdesk check` lists them", count(len(ps), "problem"), ps[0])
	}
	return err
}

// readCorpus loads the corpus that the settings name. It says what it has read,
// whether that is a good corpus or not.
func (a *app) readCorpus() (*corpus.Corpus, hashes, error) {
	folder, err := a.folder()
	if err != nil {
		return nil, nil, err
	}
	h := &hashing{FS: folder, files: hashes{}}
	c, err := corpus.Load(h)
	return c, h.files, err
}

func (a *app) folder() (fs.FS, error) {
	if a.settings.corpus == "" {
		return corpus.Embedded(), nil
	}
	info, err := os.Stat(a.settings.corpus)
	if err != nil {
		return nil, fmt.Errorf("opening the corpus folder: %w", err)
	}
	if !info.IsDir() {
		return nil, usagef("the corpus %s is no folder", a.settings.corpus)
	}
	return os.DirFS(a.settings.corpus), nil
}

// hashes tell by a file's name what was in it.
type hashes map[string][sha256.Size]byte

// hashing is a folder that remembers what was read from it.
type hashing struct {
	fs.FS

	mu    sync.Mutex
	files hashes
}

// Stat describes a file without opening it: opening a pipe would wait for a writer.
func (h *hashing) Stat(name string) (fs.FileInfo, error) { return fs.Stat(h.FS, name) }

// Open opens a file. What is read of it until it is closed is remembered.
func (h *hashing) Open(name string) (fs.File, error) {
	f, err := h.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, isFolder := f.(fs.ReadDirFile); isFolder {
		if info, err := f.Stat(); err != nil || info.IsDir() {
			return f, err
		}
	}
	return &hashed{File: f, sum: sha256.New(), done: func(sum hash.Hash) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.files[name] = [sha256.Size]byte(sum.Sum(nil))
	}}, nil
}

// hashed is a file that knows what was read of it.
type hashed struct {
	fs.File
	sum  hash.Hash
	done func(hash.Hash)
}

func (f *hashed) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.sum.Write(p[:n]) // it never fails
	return n, err
}

func (f *hashed) Close() error {
	f.done(f.sum)
	return f.File.Close()
}

// withBot opens a desk, uses it and closes it.
func (a *app) withBot(ctx context.Context, use func(context.Context, *loaded) error) error {
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(use(ctx, d), d.close())
}

// count writes a number and a thing: "1 problem", "2 problems".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
