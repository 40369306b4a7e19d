// Package redistest runs a real redis-server for tests. It knows nothing of what is
// kept in it. Start reading at [Start].
package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/nettest"
)

// Program is the server's program, from Debian's package of the same name.
const Program = "redis-server"

// A Server keeps its data in a folder, so that it outlives a kill.
type Server struct {
	folder  string
	address string
	args    []string
	cmd     *exec.Cmd
}

// Need skips the test where there is no redis-server; it fails where the environment's
// FRONTDESK_TEST_REQUIRE names redis.
func Need(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath(Program); err != nil {
		if slices.Contains(strings.Split(os.Getenv("FRONTDESK_TEST_REQUIRE"), ","), "redis") {
			t.Fatalf("%s is required and not there", Program)
		}
		t.Skipf("needs %s, of Debian's package of the same name", Program)
	}
}

// Start runs a server until the test ends, which must [Need] one.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	Need(t)
	s, err := New(t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// New runs a server that keeps its data in a folder, until it is killed. args are
// more of its own.
func New(folder string, args ...string) (*Server, error) {
	address, err := nettest.FreeAddress()
	if err != nil {
		return nil, fmt.Errorf("starting redis: %w", err)
	}
	s := &Server{folder: folder, address: address, args: args}
	return s, s.Again()
}

// Address is host and port.
func (s *Server) Address() string { return s.address }

// URL is the address as a setting wants it.
func (s *Server) URL() string { return "redis://" + s.address + "/0" }

// Kill ends the server as kill -9 does.
func (s *Server) Kill() {
	s.cmd.Process.Kill() // it may have ended
	s.cmd.Wait()
}

// startTime is how long a server may take until it answers.
const startTime = 20 * time.Second

// Again starts a server that was killed, with the data that it had.
func (s *Server) Again() error {
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return fmt.Errorf("starting redis: %w", err)
	}
	args := []string{"--bind", host, "--port", port, "--dir", s.folder, "--appendonly", "yes", "--save", ""}
	s.cmd = exec.Command(Program, append(args, s.args...)...)
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("starting redis: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for ctx.Err() == nil {
		if s.answers(ctx) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Kill()
	return errors.New("starting redis: it does not answer")
}

func (s *Server) answers(ctx context.Context) bool {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second)) // a connection that is new takes one
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	reply := make([]byte, 5)
	n, err := c.Read(reply)
	answer := string(reply[:n])
	return err == nil && (answer == "+PONG" || strings.HasPrefix(answer, "-NOAU"))
}
