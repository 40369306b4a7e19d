package desk

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/frontdesk-care/frontdesk/bot"
)

// maxUsed is how many of the most used entries the front page offers.
const maxUsed = 6

// used counts how often each entry was opened here since the start.
type used struct {
	mu    sync.Mutex
	times map[string]int
}

func newUsed() *used { return &used{times: map[string]int{}} }

func (u *used) add(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.times[id]++
}

// most are the ids that were opened, the one opened most first. Some may have left the corpus since.
func (u *used) most() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.SortedFunc(maps.Keys(u.times), func(a, b string) int {
		return cmp.Or(cmp.Compare(u.times[b], u.times[a]), cmp.Compare(a, b))
	})
}

// popular are the entries to offer: those opened most and, until there are enough,
// those that have a command of their own.
func (s *Site) popular() []bot.Suggestion {
	ids := s.used.most()
	commands := s.answer.Corpus().Commands
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		ids = append(ids, commands[name])
	}
	var all []bot.Suggestion
	for _, id := range ids {
		r, ok := s.answer.Entry(id)
		if !ok || r.Kind != bot.Answer && r.Kind != bot.Signpost && r.Kind != bot.Urgent || slices.ContainsFunc(all, func(s bot.Suggestion) bool { return s.ID == id }) {
			continue
		}
		if len(all) < maxUsed {
			all = append(all, bot.Suggestion{ID: id, Title: r.Title})
		}
	}
	return all
}
