package claims

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	fileName = "claims.db"
	// lockTime is how long a start waits for the program that it takes over from: a
	// stop takes 10 seconds at most.
	lockTime = 15 * time.Second
	// batchDelay is how long a deed waits for others to be written with. It delays
	// no answer, only the next question of the same chat.
	batchDelay = 2 * time.Millisecond
)

// bucketName holds a hash for each delivery that is done, and until when that is known.
const bucketName = "done"

// File keeps claims in memory and in a file, so that a program that was killed and
// started again knows what it had answered. One program at a time can use a file.
type File struct {
	*Memory
	log     *slog.Logger
	db      *bbolt.DB
	failing atomic.Bool
}

// OpenFile opens the file of claims in a folder, or makes one. A file that is damaged
// is set aside: it is not worth a start that fails.
func OpenFile(log *slog.Logger, folder string, k Key) (*File, error) {
	path := filepath.Join(folder, fileName)
	f := &File{Memory: NewMemory(k), log: log}
	err := f.open(path)
	if damaged(err) {
		log.Warn("the file of claims is damaged and was set aside; a question may be answered twice", "cause", err)
		if err = os.Rename(path, path+".damaged"); err == nil {
			err = f.open(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("opening the file of claims: %w", err)
	}
	f.Memory.record = f.write
	return f, nil
}

func damaged(err error) bool {
	return errors.Is(err, bolterrors.ErrInvalid) || errors.Is(err, bolterrors.ErrChecksum) || errors.Is(err, bolterrors.ErrVersionMismatch) || errors.Is(err, errUnreadable)
}

// errUnreadable is a file whose pages make no sense.
var errUnreadable = errors.New("what is in it cannot be read")

func (f *File) open(path string) (err error) {
	defer func() {
		if recover() != nil { // bbolt trusts its pages
			err = errUnreadable
		}
		if err != nil && f.db != nil {
			err = errors.Join(err, f.db.Close())
			f.db = nil
		}
	}()
	f.db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTime})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return errors.New("another program uses it")
	}
	if err != nil {
		return withoutPath(err)
	}
	f.db.MaxBatchDelay = batchDelay
	return f.db.Update(f.read)
}

// withoutPath leaves the file's place out of an error: whoever set it knows it.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// read takes what the file knows into memory, and drops what is past its time.
func (f *File) read(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists([]byte(bucketName))
	if err != nil {
		return err
	}
	var known []done
	var past [][]byte
	now := f.now()
	err = b.ForEach(func(k, v []byte) error {
		if len(k) != hashSize || len(v) != 8 {
			return errUnreadable
		}
		ends := time.Unix(int64(binary.BigEndian.Uint64(v)), 0)
		if now.Before(ends) && ends.Before(now.Add(2*keepTime)) {
			known = append(known, done{hash(k), ends})
		} else {
			past = append(past, slices.Clone(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range past {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	slices.SortFunc(known, func(a, b done) int { return a.ends.Compare(b.ends) })
	for _, d := range known {
		f.done(d.hash, d.ends)
	}
	return nil
}

type done struct {
	hash hash
	ends time.Time
}

func (f *File) write(h hash, ends time.Time, forgotten []hash) {
	err := f.db.Batch(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucketName))
		for _, old := range forgotten {
			if err := b.Delete(old[:]); err != nil {
				return err
			}
		}
		return b.Put(h[:], binary.BigEndian.AppendUint64(nil, uint64(ends.Unix())))
	})
	switch failed := err != nil; {
	case f.failing.Swap(failed) == failed:
	case failed:
		f.log.Warn(cannotWrite, "cause", withoutPath(err))
	default:
		f.log.Info("the file of claims can be written again")
	}
}

const cannotWrite = "the file of claims cannot be written; after a restart a question may be answered twice"

// Trouble says which promise is weaker at present; empty when none is.
func (f *File) Trouble() string {
	if f.failing.Load() {
		return cannotWrite
	}
	return ""
}

// Close closes the file.
func (f *File) Close() error { return f.db.Close() }
