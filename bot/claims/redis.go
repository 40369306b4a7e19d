package claims

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// callTime is how long Redis may take. It answers within a millisecond, or is in trouble.
	callTime = time.Second
	// maxNames is how many claims one call is about: Redis does nothing else meanwhile.
	maxNames = 500
	// doneMark stands where a delivery was answered; anything else is who is answering it.
	doneMark = "done"
)

// server is Redis or Valkey, as far as claims go. A claim's value there is who holds it
// and a number that changes with each renewal, so that others see that it is renewed.
// It also ends by Redis's own clock, which may jump.
type server struct {
	client *redis.Client
	owner  string // who holds a claim: this program, since its start
	beat   atomic.Int64
}

// beatOf is the value of a claim of this program's that is made or renewed now.
func (s *server) beatOf() string { return fmt.Sprintf("%s %d", s.owner, s.beat.Add(1)) }

func newServer(address string) (*server, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return nil, errors.New("the address of redis cannot be read") // the library's error may quote the password
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = callTime, callTime, callTime
	options.ContextTimeoutEnabled = true
	options.MaxRetries, options.DialerRetries = 1, 1 // for a connection that has gone stale
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled} // Valkey has none
	logging.Disable()                                                                                    // what goes wrong is an error, too
	return &server{client: redis.NewClient(options), owner: rand.Text()}, nil
}

// Reach tries whether claims can be kept at an address.
func Reach(ctx context.Context, address string) error {
	s, err := newServer(address)
	if err != nil {
		return err
	}
	defer s.client.Close()
	name := nameOf(Key{}.hash(s.owner))
	if _, _, err := s.take(ctx, name, ""); err != nil {
		return fmt.Errorf("making a claim in redis: %w", clean(err))
	}
	if err := s.free(ctx, name); err != nil {
		return fmt.Errorf("ending a claim in redis: %w", clean(err))
	}
	return nil
}

// nameOf is what something is called in Redis. The braces keep all names on one node
// of a cluster.
func nameOf(h hash) string { return fmt.Sprintf("{frontdesk}:%x", h) }

// take gives a claim to this program, unless it is somebody else's or done. What is
// stale may be taken from somebody else. is tells what somebody else's looks like.
func (s *server) take(ctx context.Context, name, stale string) (state State, is string, err error) {
	const script = `
local is = redis.call('GET', KEYS[1])
if is == ARGV[4] then return {2, ''} end
if is and is ~= ARGV[5] and string.sub(is, 1, #ARGV[1]) ~= ARGV[1] then return {1, is} end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {0, ''}`
	said, err := s.client.Eval(ctx, script, []string{name}, s.owner, s.beatOf(), leaseTime.Milliseconds(), doneMark, stale).Slice()
	if err != nil {
		return 0, "", err
	}
	n, _ := said[0].(int64) // as the script says
	is, _ = said[1].(string)
	return State(n), is, nil
}

// renew makes claims last for another lease and tells which are still this program's.
// One that Redis forgot, because it lost its data, is made anew.
func (s *server) renew(ctx context.Context, names []string) (mine []bool, err error) {
	const script = `
local mine = {}
for i, name in ipairs(KEYS) do
  local is = redis.call('GET', name)
  mine[i] = (not is or string.sub(is, 1, #ARGV[1]) == ARGV[1]) and 1 or 0
  if mine[i] == 1 then redis.call('SET', name, ARGV[2], 'PX', ARGV[3]) end
end
return mine`
	return s.client.Eval(ctx, script, names, s.owner, s.beatOf(), leaseTime.Milliseconds()).BoolSlice()
}

// tell says that deliveries were answered.
func (s *server) tell(ctx context.Context, names []string) error {
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, name := range names {
			p.Set(ctx, name, doneMark, keepTime)
		}
		return nil
	})
	return err
}

// free gives a claim of this program's back.
func (s *server) free(ctx context.Context, name string) error {
	const script = `
local is = redis.call('GET', KEYS[1])
return is and string.sub(is, 1, #ARGV[1]) == ARGV[1] and redis.call('DEL', KEYS[1])`
	err := s.client.Eval(ctx, script, []string{name}, s.owner).Err()
	if errors.Is(err, redis.Nil) { // it was not this program's
		return nil
	}
	return err
}

// look tells what a claim looks like; empty for nobody's.
func (s *server) look(ctx context.Context, name string) (is string, err error) {
	is, err = s.client.Get(ctx, name).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return is, err
}

// clean brings an error of the library into a form that may be logged.
func clean(err error) error {
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return errors.New("it does not answer in time")
	case errors.Is(err, io.EOF):
		return errors.New("it hung up")
	}
	return err
}
