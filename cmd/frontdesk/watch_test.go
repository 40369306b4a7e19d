package main

import (
	"os"
	"path/filepath"
	"testing"
)

// However a folder gets its new words, they are taken, and the next ones, too.
func TestWaysToChangeTheFolder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		put  func(t *testing.T, folder, opens string) // has the folder say when somebody opens
	}{
		{"the document moves into a new folder", func(t *testing.T, folder, opens string) {
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
			mkdir(t, filepath.Join(folder, "a", opens))
			hoursCorpus(t, filepath.Join(folder, "a", opens), opens)
		}},
		{"a document inside a folder is written anew", func(t *testing.T, folder, opens string) {
			mkdir(t, filepath.Join(folder, "a", "b"))
			hoursCorpus(t, filepath.Join(folder, "a", "b"), opens)
		}},
		{"the folder is renamed away and another put in its place", func(t *testing.T, folder, opens string) {
			mkdir(t, folder+".new")
			hoursCorpus(t, folder+".new", opens)
			if _, err := os.Stat(folder); err == nil {
				move(t, folder, folder+".before-"+opens)
			}
			move(t, folder+".new", folder)
		}},
		{"Kubernetes turns the link ..data", func(t *testing.T, folder, opens string) {
			data := filepath.Join(folder, ".."+opens)
			mkdir(t, data)
			hoursCorpus(t, data, opens)
			turn(t, filepath.Base(data), filepath.Join(folder, "..data"))
			if _, err := os.Lstat(filepath.Join(folder, "hours.md")); err != nil {
				turn(t, "..data/hours.md", filepath.Join(folder, "hours.md"))
				turn(t, "..data/unknown.md", filepath.Join(folder, "unknown.md"))
			}
		}},
		{"the folder is a link that is turned", func(t *testing.T, folder, opens string) {
			mkdir(t, folder+"."+opens)
			hoursCorpus(t, folder+"."+opens, opens)
			turn(t, filepath.Base(folder)+"."+opens, folder)
		}},
		{"a link on the way to the folder is turned", func(t *testing.T, folder, opens string) {
			hall := filepath.Dir(folder)
			target := filepath.Join(filepath.Dir(hall), opens, "hall")
			mkdir(t, filepath.Join(target, filepath.Base(folder)))
			hoursCorpus(t, filepath.Join(target, filepath.Base(folder)), opens)
			if info, err := os.Lstat(hall); err == nil && info.IsDir() {
				if err := os.Remove(hall); err != nil {
					t.Fatal(err)
				}
			}
			turn(t, target, hall)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "hall", "words")
			mkdir(t, filepath.Dir(folder))
			test.put(t, folder, "eight")
			p, base := opened(t, "FRONTDESK_LIMIT=0", "FRONTDESK_CORPUS="+folder)
			for _, opens := range []string{"eight", "nine", "ten"} {
				if opens != "eight" {
					test.put(t, folder, opens)
				}
				says(t, p, base, opens)
			}
		})
	}
}

// turn makes a link lead elsewhere in one step.
func turn(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name+".tmp"); err != nil {
		t.Fatal(err)
	}
	move(t, name+".tmp", name)
}
