package slacktest

import "net"

// A Deed is a call of the Web API that had its effect, and what became of its answer.
type Deed struct {
	Call
	From string // the host that the call came from
	Lost bool   // a fault kept the answer from the bot
}

// Watch has f told of each deed from now on, before the call is answered: several at
// a time, and outside the server's lock.
func (s *Server) Watch(f func(Deed)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = f
}

// tell tells of a deed. Its From still has the port.
func (s *Server) tell(d Deed) {
	s.mu.Lock()
	watch := s.watch
	s.mu.Unlock()
	if watch == nil {
		return
	}
	if host, _, err := net.SplitHostPort(d.From); err == nil {
		d.From = host
	}
	watch(d)
}
