package claims

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// The shorter a lease, the sooner another program goes on with the work of one that
// stands still; the longer, the fewer claims are lost to a pause that ends. A new
// program fetches within 15 seconds: leaseTime, absentTime and two looks are 13.
const (
	leaseTime = 8 * time.Second
	renewTime = 2 * time.Second
	// sureTime is how long after a renewal a claim is good for an answer, which then
	// has the rest of the lease for its way to the platform.
	sureTime = 6 * time.Second
)

// local are the claims of this program alone.
type local interface {
	Claim(ctx context.Context, d Delivery) (State, *Held)
	Trouble() string
}

// Shared keeps claims in Redis or Valkey, for several programs. A delivery is claimed
// in the program's own claims first, which are all there is while the server is out
// of reach: answers go on, and only a question that reaches two programs in that time
// may be answered twice.
type Shared struct {
	log    *slog.Logger
	server *server
	key    Key
	local  local
	stale  watch
	stop   context.CancelFunc
	ended  chan struct{}

	mu     sync.Mutex
	leases map[string]*lease
	owed   map[string]bool    // answered, and Redis does not know yet
	since  time.Time          // when Redis went out of reach; zero while it is in reach
	looked time.Time          // when it was found to be in reach or out of it last
	back   time.Time          // when it came back last
	led    map[string]bool    // turns that this program had last
	alone  context.CancelFunc // ends turns taken without Redis; nil when there are none
}

// lease is a claim or a turn that this program holds.
type lease struct {
	renewed time.Time          // in Redis
	alone   bool               // Redis does not know of it yet
	lapse   *time.Timer        // ends a turn that is not renewed; nil for a claim
	lose    context.CancelFunc // nil for a claim
}

// NewShared makes claims that are kept at an address: redis://..., or rediss://... for
// TLS. It does not wait for the server. Close ends it.
func NewShared(log *slog.Logger, address string, k Key, own local) (*Shared, error) {
	server, err := newServer(address)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Shared{
		log: log, server: server, key: k, local: own, stop: stop, ended: make(chan struct{}),
		stale: watch{seen: map[string]sight{}}, leases: map[string]*lease{}, owed: map[string]bool{}, led: map[string]bool{},
	}
	go s.keep(ctx)
	return s, nil
}

// Close ends the renewals, and tells Redis once more what was answered, if that is
// owed. What is still held is free after a lease.
func (s *Shared) Close() error {
	s.stop()
	<-s.ended
	ctx, cancel := context.WithTimeout(context.Background(), 2*callTime)
	defer cancel()
	if err := s.tellOwed(ctx); err != nil {
		s.log.Warn("redis could not be told what was answered; what the platforms bring again may be answered twice", "cause", clean(err))
	}
	return s.server.client.Close()
}

func (s *Shared) name(id string) string { return nameOf(s.key.hash(id)) }

// Claim takes a delivery, unless somebody has it or had it. held is nil unless the
// state is [Mine].
func (s *Shared) Claim(ctx context.Context, d Delivery) (State, *Held) {
	state, own := s.local.Claim(ctx, d)
	if state != Mine {
		return state, nil
	}
	name, at := s.name(d.ID), time.Now()
	held := NewHeld(
		func(ctx context.Context) bool { return s.still(ctx, name) },
		func(done bool) { s.settle(name, done); own.Settle(done) },
	)
	if d.Again && s.mayNotKnow() {
		own.Settle(false)
		return Busy, nil
	}
	if !s.inReach() {
		s.hold(name, &lease{alone: true})
		return Mine, held
	}
	state, is, err := s.server.take(ctx, name, s.stale.of(name))
	switch {
	case err != nil && ctx.Err() != nil:
		own.Settle(false)
		return Busy, nil
	case err != nil:
		s.lost(err)
		if d.Again {
			own.Settle(false)
			return Busy, nil
		}
		s.hold(name, &lease{alone: true})
	case state != Mine:
		s.stale.saw(name, is)
		own.Settle(state == Done)
		return state, nil
	default:
		s.stale.saw(name, "")
		s.hold(name, &lease{renewed: at})
	}
	return Mine, held
}

func (s *Shared) hold(name string, l *lease) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leases[name] = l
}

// still tells whether a claim is held for long enough that an answer can go out. It
// asks Redis after a pause, such as a machine that was asleep, and about a claim that
// was made without Redis, unless Redis is known to be out of reach. Who has paused, or
// would ask a Redis that has just come back, does not know what others did meanwhile.
func (s *Shared) still(ctx context.Context, name string) bool {
	s.mu.Lock()
	l := s.leases[name]
	if l == nil || l.sure() {
		s.mu.Unlock()
		return l != nil
	}
	alone, paused := l.alone, time.Since(s.looked) >= sureTime
	away, back := !s.since.IsZero(), time.Since(s.back) < absentTime
	s.mu.Unlock()
	switch {
	case away && !paused:
		return alone
	case alone && back:
		return false
	}
	if err := s.renew(ctx, []string{name}); err != nil {
		s.lost(err)
		return alone && !paused && ctx.Err() == nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l = s.leases[name]
	return l != nil && l.sure()
}

func (l *lease) sure() bool { return time.Since(l.renewed) < sureTime }

// settle ends a claim in Redis. That it was answered is told later if not now.
func (s *Shared) settle(name string, done bool) {
	s.mu.Lock()
	delete(s.leases, name)
	if done && len(s.owed) < mostClaims {
		s.owed[name] = true
	}
	s.mu.Unlock()
	if !s.inReach() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*callTime)
	defer cancel()
	var err error
	if done {
		err = s.tell(ctx, []string{name})
	} else {
		err = s.server.free(ctx, name)
	}
	if err != nil {
		s.lost(err)
	}
}

// tell tells Redis what was answered.
func (s *Shared) tell(ctx context.Context, names []string) error {
	err := s.server.tell(ctx, names)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		delete(s.owed, name)
	}
	return nil
}
