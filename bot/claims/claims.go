// Package claims sees to it that no delivery is answered twice, and that one program
// at a time fetches: in memory ([Memory]), across a restart ([File]), and across
// several programs ([Shared], over Redis or Valkey).
//
// Who wants to answer a delivery claims it first. The claim is a lease while the
// answer is on its way, and "done" for a day after it. What is kept is a keyed hash of
// the delivery's id and a time; the package knows nothing of what was delivered or by
// whom, nor of any platform. Start reading at [Memory.Claim].
package claims

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// Delivery is what a platform brought.
type Delivery struct {
	ID string // the platform's, and the platform
	// Again is set when the platform says that it brought it before, or this program
	// had claimed it and lost it: another program may have it.
	Again bool
}

// State is what became of a try to claim a delivery.
type State int

// The states a claimed delivery can be in.
const (
	Mine State = iota // yours: answer it, then settle it
	Busy              // somebody is answering it
	Done              // it was answered
)

// keepTime is how long a delivery is known to be done. Telegram keeps an update for a
// day, Slack tries for an hour at most.
const keepTime = 24 * time.Hour

// Held is a claim that is yours.
type Held struct {
	still  func(context.Context) bool
	settle func(done bool)
	once   sync.Once
}

// NewHeld makes a claim out of what tells whether it is still held, and what ends it.
func NewHeld(still func(context.Context) bool, settle func(done bool)) *Held {
	return &Held{still: still, settle: settle}
}

// Settle ends the claim: with true once the delivery is answered, with false to let
// it be claimed again. When it returns, a crash can no longer undo it, as far as the
// kind of claims goes. Only the first call counts.
func (h *Held) Settle(done bool) { h.once.Do(func() { h.settle(done) }) }

// heldKey is where a context carries the claim under which the work is done.
type heldKey struct{}

// In is a context for the work under this claim; see [Check].
func (h *Held) In(ctx context.Context) context.Context { return context.WithValue(ctx, heldKey{}, h) }

// ErrLost means that somebody else may be answering by now: this program stood still
// for longer than a lease.
var ErrLost = errors.New("the claim on the delivery is lost")

// Check is to be called right before an answer goes out. It is [ErrLost] when the
// claim that ctx carries is no longer held, and nil when it is or there is none.
func Check(ctx context.Context) error {
	if h, ok := ctx.Value(heldKey{}).(*Held); ok && !h.still(ctx) {
		return ErrLost
	}
	return nil
}

// Key makes the hashes of delivery ids. Programs that share claims need the same one.
type Key [sha256.Size]byte

// NewKey derives a key from secrets, such as the platforms' tokens, without which
// nobody can find out which ids were hashed.
func NewKey(secrets ...string) Key {
	mac := hmac.New(sha256.New, []byte("frontdesk claims"))
	for _, s := range secrets {
		mac.Write([]byte(s))
		mac.Write([]byte{0})
	}
	return Key(mac.Sum(nil))
}

// hashSize is enough that two ids never meet: 128 bits.
const hashSize = 16

type hash [hashSize]byte

func (k Key) hash(id string) hash {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(id))
	return hash(mac.Sum(nil))
}
