package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// When a changed folder is read.
const (
	// quietTime is how long nothing must have happened. An editor saves a file in
	// several steps, and a copy of a folder writes file after file: both pause for
	// some milliseconds at most, on a slow disk for a tenth of a second or two.
	quietTime = 500 * time.Millisecond
	// longestWait is when a folder that never gets quiet is read all the same.
	longestWait = 5 * time.Second
)

// watch sees that a corpus folder changes. It watches folders, not files: editors
// and Kubernetes put a new file, or a new link, in the place of the old one. It is good
// for one change; after that the folders may be others.
type watch struct {
	watcher *fsnotify.Watcher // nil where nothing can be watched
	events  <-chan fsnotify.Event
	errors  <-chan error
	folders map[string]bool // whose every change matters
	names   map[string]bool // that matter in folders around
}

// watchFolder watches a corpus folder. Beside an error it still watches what it can.
func watchFolder(folder string) (*watch, error) {
	w := &watch{folders: map[string]bool{}, names: map[string]bool{}}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return w, err
	}
	if w.watcher, err = fsnotify.NewWatcher(); err != nil {
		return w, err
	}
	w.events, w.errors = w.watcher.Events, w.watcher.Errors
	var failed []error
	add := func(path string) {
		if err := w.watcher.Add(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	for _, path := range inside(folder) {
		w.folders[path] = true
		add(path)
	}
	for _, path := range turns(folder) {
		w.names[filepath.Base(path)] = true
		add(filepath.Dir(path))
	}
	return w, errors.Join(failed...)
}

// inside lists the folders that documents may stand in. What cannot be read now, or is
// no longer there, is left out; reading the corpus tells of it.
func inside(folder string) []string {
	var all []string
	fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return nil
		case path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		}
		all = append(all, filepath.Join(folder, path))
		return nil
	})
	return all
}

// turns are the names that, given to something else, lead to another folder: the
// folder's own, and those of the links on the way to it.
func turns(folder string) []string {
	all := []string{folder}
	if target, err := filepath.EvalSymlinks(folder); err == nil {
		all = append(all, target)
	}
	for path := folder; path != filepath.Dir(path); path = filepath.Dir(path) {
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			all = append(all, path)
		}
	}
	return all
}

// wait returns when something has changed and all is quiet again, or when ctx ends.
// It returns at once, and true, when somebody demands it.
func (w *watch) wait(ctx context.Context, demands <-chan os.Signal) (demanded bool) {
	var quiet, latest <-chan time.Time
	for {
		select {
		case e := <-w.events:
			if !w.concerns(e) {
				continue
			}
		case <-w.errors: // some events were lost
		case <-demands:
			return true
		case <-ctx.Done():
			return false
		case <-quiet:
			return false
		case <-latest:
			return false
		}
		quiet = time.After(quietTime)
		if latest == nil {
			latest = time.After(longestWait)
		}
	}
}

func (w *watch) concerns(e fsnotify.Event) bool {
	return w.folders[e.Name] || w.folders[filepath.Dir(e.Name)] || w.names[filepath.Base(e.Name)]
}

func (w *watch) close() {
	if w.watcher != nil {
		w.watcher.Close() // it gives no error; the next watch stands by itself
	}
}
