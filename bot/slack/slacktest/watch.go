package slacktest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// A Call is one Web API call as it arrived, without its token. The values of a
// JSON body that are no strings are given as JSON.
type Call struct {
	Method string
	Params map[string]string
	At     time.Time
}

// record is what the fake wrote down of the bot's doings.
type record struct {
	calls     map[string][]Call
	rejected  []string
	unfurls   []map[string]any
	responses map[string][]*message // by trigger id and by user
	answers   map[string]*message   // those and ephemeral messages, by channel and ts
	tooFast   int
	watch     func(Deed)
}

func newRecord() record {
	return record{calls: make(map[string][]Call), responses: make(map[string][]*message),
		answers: make(map[string]*message)}
}

// Posted gives the bot's messages in a channel that were not deleted, in their
// present state and the order of posting. No channel means all, channel by
// channel. The blocks are shared: do not change them.
func (s *Server) Posted(channel string) []Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	if channel != "" {
		return present(s.room(channel).posted)
	}
	var all []Posted
	for _, id := range s.roomOrder {
		all = append(all, present(s.byChannel[id].posted)...)
	}
	return all
}

// Responses gives what the bot answered to a command or an action, by its
// trigger id or its user: over response URLs, or with the acknowledgement.
func (s *Server) Responses(triggerIDOrUser string) []Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return present(s.responses[triggerIDOrUser])
}

func present(messages []*message) []Posted {
	var all []Posted
	for _, m := range messages {
		if !m.deleted {
			all = append(all, m.Posted)
		}
	}
	return all
}

// Views gives the views shown to a user in their order. "_method" in each says
// how it came: views.open, views.push, views.update, views.publish, or
// view_submission and block_suggestion for what the bot answered to those.
func (s *Server) Views(user string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.shown[user])
}

// Unfurls gives the accepted calls of chat.unfurl, their JSON arguments decoded.
func (s *Server) Unfurls() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.unfurls)
}

// Calls gives every call of a method that arrived, also those that failed.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls[method])
}

// Rejected gives what the bot did wrong. Injected faults, rate limits, absent
// scopes and channels that were left are no wrongs of the bot.
func (s *Server) Rejected() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rejected)
}

// TooFast counts the calls that a rate limit refused; see [Server.LimitRates].
func (s *Server) TooFast() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tooFast
}

// WaitFor waits until the condition holds, and says whether it came to. It asks
// every few milliseconds; the condition may call the server.
func (s *Server) WaitFor(ctx context.Context, cond func() bool) bool {
	const step = 2 * time.Millisecond
	for !cond() {
		if ctx.Err() != nil || !s.pause(ctx, step) {
			return cond()
		}
	}
	return true
}

// reject writes down a wrong of the bot; the caller holds the lock.
func (s *Server) reject(format string, args ...any) {
	s.rejected = append(s.rejected, fmt.Sprintf(format, args...))
}
