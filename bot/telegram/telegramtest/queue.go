package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// firstUpdate is the id of the first update: not 1, as with Telegram, so that
// nobody takes an id for a count.
const firstUpdate = 700_000_001

// An update is one that waits to be confirmed, or its repetition.
type update struct {
	id        int64
	body      []byte
	lane      int64 // the chat or person that it is from
	fate      fate
	confirmed bool
	pause     time.Duration // before the next attempt at delivering it
}

// A fate says what shuffling does to an update.
type fate int

const (
	undecided fate = iota
	once
	twin // twice in one batch
	echo // once more after it was confirmed
)

// A queue holds the updates that are not confirmed, in the order of their ids.
type queue struct {
	updates   []*update // from head on; some behind it may be confirmed already
	head      int
	echoes    []*update
	pending   int
	last      int64 // the id given out last
	confirmed int64 // the highest id confirmed
}

// shuffle makes delivery as unruly as the Bot API allows.
type shuffle struct {
	rand               *rand.Rand
	duplicate, reorder float64
}

// Shuffle lets a share of the updates be delivered twice under the same id, and
// a share of neighbours in the wrong order: of one batch when polling, of one
// chat's backlog with a webhook.
func (s *Server) Shuffle(seed uint64, duplicate, reorder float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shuffle = shuffle{rand: rand.New(rand.NewPCG(seed, seed)), duplicate: duplicate, reorder: reorder}
}

func (h *shuffle) swaps() bool { return h.reorder > 0 && h.rand.Float64() < h.reorder }

// decide settles the fate of an update when it is delivered for the first time.
func (h *shuffle) decide(u *update) {
	if u.fate != undecided {
		return
	}
	u.fate = once
	if h.duplicate > 0 && h.rand.Float64() < h.duplicate {
		u.fate = twin + fate(h.rand.IntN(2))
	}
}

// add queues an update. Only kinds that the bot asked for arrive; an empty kind
// always does. The lock is held.
func (s *Server) add(kind string, lane int64, body func(id int64) []byte) int64 {
	s.queue.last++
	id := s.queue.last
	if kind == "" || s.wants(kind) {
		u := &update{id: id, lane: lane, body: body(id)}
		s.queue.updates = append(s.queue.updates, u)
		s.queue.pending++
		if s.hook != nil {
			s.enlist(s.hook, u)
		}
	}
	s.notify()
	return id
}

// wants says whether the bot asked for a kind of update.
func (s *Server) wants(kind string) bool {
	if s.allowed == nil {
		return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
	}
	return s.allowed[kind]
}

// updateKinds are those that may be asked for.
var updateKinds = []string{
	"message", "edited_message", "channel_post", "edited_channel_post",
	"business_connection", "business_message", "edited_business_message", "deleted_business_messages",
	"message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result",
	"callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
	"my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
}

// allow remembers which kinds of update the bot wants from now on; a call
// without the parameter changes nothing.
func (s *Server) allow(p params) *apiError {
	raw, ok := p["allowed_updates"]
	if !ok {
		return nil
	}
	var kinds []string
	if refused := decodeStrictly(raw, "allowed updates", &kinds); refused != nil {
		return refused
	}
	allowed := map[string]bool{}
	for _, k := range kinds {
		if !slices.Contains(updateKinds, k) {
			return badRequest("unknown update type %q", k)
		}
		allowed[k] = true
	}
	if s.allowed = allowed; len(kinds) == 0 {
		s.allowed = nil
	}
	return nil
}

// confirm marks one update as done; a repetition has nothing to confirm.
func (q *queue) confirm(u *update) {
	if u.confirmed {
		return
	}
	u.confirmed = true
	q.pending--
	q.confirmed = max(q.confirmed, u.id)
	if u.fate == echo {
		q.echoes = append(q.echoes, &update{id: u.id, body: u.body, lane: u.lane, fate: once, confirmed: true})
	}
	for q.head < len(q.updates) && q.updates[q.head].confirmed {
		q.updates[q.head] = nil // its body is not needed any more
		q.head++
	}
	if q.head > 1024 && q.head > len(q.updates)/2 {
		q.updates = slices.Clone(q.updates[q.head:])
		q.head = 0
	}
}

// confirmBelow confirms what an offset says; a negative one keeps only as many
// of the last updates.
func (q *queue) confirmBelow(offset int64) {
	if offset < 0 {
		first := max(q.head, len(q.updates)-int(min(-offset, int64(len(q.updates)))))
		if first == len(q.updates) {
			return
		}
		offset = q.updates[first].id
	}
	for q.head < len(q.updates) && q.updates[q.head].id < offset {
		q.confirm(q.updates[q.head])
	}
}

// take puts together the next batch of a poll. Nothing is confirmed by it.
func (s *Server) take(limit int) []*update {
	q := &s.queue
	n := min(limit, len(q.echoes))
	batch := slices.Clone(q.echoes[:n])
	q.echoes = q.echoes[n:]
	for _, u := range q.updates[q.head:] {
		if len(batch) == limit {
			break
		}
		if u.confirmed {
			continue
		}
		batch = append(batch, u)
		s.shuffle.decide(u)
		if u.fate == twin && len(batch) < limit {
			u.fate = once
			batch = append(batch, u)
		}
	}
	for i := 0; i+1 < len(batch); i++ {
		if s.shuffle.swaps() {
			batch[i], batch[i+1] = batch[i+1], batch[i]
			i++
		}
	}
	return batch
}

// list makes the result of getUpdates.
func list(batch []*update) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, u := range batch {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(u.body)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// number puts the update id in front of the fields of an update.
func number(fields map[string]any) func(int64) []byte {
	raw := must(fields)
	return func(id int64) []byte {
		if len(fields) == 0 {
			return fmt.Appendf(nil, `{"update_id":%d}`, id)
		}
		return append(fmt.Appendf(nil, `{"update_id":%d,`, id), raw[1:]...)
	}
}
