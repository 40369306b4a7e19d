package claims

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestAFileKnowsAfterARestart(t *testing.T) {
	folder := t.TempDir()
	f := openFile(t, folder)
	expect(t, f, "answered", Mine).Settle(true)
	expect(t, f, "given back", Mine).Settle(false)
	expect(t, f, "under way", Mine)
	f.Close()
	f = openFile(t, folder)
	expect(t, f, "answered", Done)
	expect(t, f, "given back", Mine)
	expect(t, f, "under way", Mine)
}

func TestAFileForgets(t *testing.T) {
	folder := t.TempDir()
	f := openFile(t, folder)
	count := func() (n int) {
		f.db.View(func(tx *bbolt.Tx) error { n = tx.Bucket([]byte(bucketName)).Stats().KeyN; return nil })
		return n
	}
	now := time.Now()
	f.now = func() time.Time { return now }
	for i := range 10 {
		expect(t, f, fmt.Sprint(i), Mine).Settle(true)
	}
	now = now.Add(keepTime)
	expect(t, f, "later", Mine).Settle(true)
	if n := count(); n != 1 {
		t.Errorf("%d are known after a day, want the new one", n)
	}
	f.write(NewKey("token").hash("long ago"), now.Add(-keepTime), nil)
	f.write(NewKey("token").hash("from a clock that was years ahead"), now.Add(1000*keepTime), nil)
	f.Close()
	f = openFile(t, folder)
	expect(t, f, "later", Done)
	expect(t, f, "long ago", Mine)
	expect(t, f, "from a clock that was years ahead", Mine)
	if n := count(); n != 1 {
		t.Errorf("%d are known after a restart, want 1", n)
	}
}

// The file holds no delivery's id.
func TestAFileHoldsNoIDs(t *testing.T) {
	folder := t.TempDir()
	f := openFile(t, folder)
	expect(t, f, "telegram 4711 123456789", Mine).Settle(true)
	f.Close()
	data, err := os.ReadFile(filepath.Join(folder, fileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"telegram", "4711", "123456789"} {
		if bytes.Contains(data, []byte(id)) {
			t.Errorf("%q stands in the file", id)
		}
	}
}

func TestADamagedFileIsSetAside(t *testing.T) {
	whole := func() []byte {
		folder := t.TempDir()
		f := openFile(t, folder)
		for i := range 1000 {
			f.write(NewKey("token").hash(fmt.Sprint(i)), time.Now().Add(keepTime), nil)
		}
		f.Close()
		data, err := os.ReadFile(filepath.Join(folder, fileName))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}()
	for name, data := range map[string][]byte{
		"no such file at all": []byte(strings.Repeat("not a database\n", 1000)),
		"cut short":           whole[:len(whole)/8],
		"overwritten":         append(bytes.Clone(whole[:2*os.Getpagesize()]), make([]byte, len(whole))...),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, fileName), data, 0o600); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			f, err := OpenFile(slog.New(slog.NewTextHandler(&log, nil)), folder, NewKey("token"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			expect(t, f, "x", Mine).Settle(true)
			if !strings.Contains(log.String(), "was set aside") {
				t.Errorf("the log says\n%s", &log)
			}
			if _, err := os.Stat(filepath.Join(folder, fileName+".damaged")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAFolderThatCannotBeUsed(t *testing.T) {
	_, err := OpenFile(quiet(), filepath.Join(t.TempDir(), "nowhere"), Key{})
	if err == nil || strings.Contains(err.Error(), "nowhere") || !strings.Contains(err.Error(), "no such file or directory") {
		t.Errorf("the error is %v", err)
	}
}

func TestAFileThatCannotBeWritten(t *testing.T) {
	f := openFile(t, t.TempDir())
	var log bytes.Buffer
	f.log = slog.New(slog.NewTextHandler(&log, nil))
	f.Close()
	for i := range 3 {
		expect(t, f, fmt.Sprint(i), Mine).Settle(true)
		expect(t, f, fmt.Sprint(i), Done)
	}
	if f.Trouble() == "" || strings.Count(log.String(), cannotWrite) != 1 {
		t.Errorf("the trouble is %q, the log says\n%s", f.Trouble(), &log)
	}
}
