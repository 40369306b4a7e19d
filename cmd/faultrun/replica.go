package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// restartPause is what whoever keeps a program running lets pass after its end:
	// systemd and Kubernetes wait a little, too.
	restartPause = 500 * time.Millisecond
	// stopTime is how long a program may take to stop. Containers are killed 10 seconds
	// after they are told to; the machine of a fault run is busy, so more is allowed.
	stopTime = 20 * time.Second
)

// A replica is one of the programs that share the work, and is started again
// whenever it ends.
type replica struct {
	number  int // 1 and up
	program string
	folder  string
	listen  string
	env     []string
	paths   map[path]*proxy // from it to each server, and from the load balancer to it
	client  http.Client

	mu      sync.Mutex
	process *os.Process // nil while it is down
	held    bool        // it is not started again
	asked   bool        // somebody asked it to end
	starts  int
	trouble []string // what it should not have done
	done    chan struct{}
}

// host is the address that the replica's calls come from.
func host(number int) string { return fmt.Sprintf("127.0.1.%d", number) }

// numberOf is the replica that calls from a host; 0 for none.
func numberOf(from string) (number int) {
	fmt.Sscanf(from, "127.0.1.%d", &number)
	return number
}

// keep runs the program until ctx ends, and then stops it.
func (r *replica) keep(ctx context.Context) {
	defer close(r.done)
	context.AfterFunc(ctx, func() { r.signal(syscall.SIGTERM) })
	for ctx.Err() == nil {
		if r.isHeld() {
			pause(ctx, 50*time.Millisecond)
			continue
		}
		if err := r.once(ctx); err != nil {
			r.blame(err.Error())
		}
		pause(ctx, restartPause)
	}
}

// once runs the program until it ends.
func (r *replica) once(ctx context.Context) error {
	out, err := os.OpenFile(r.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	defer out.Close()
	cmd := &exec.Cmd{Path: r.program, Args: []string{"frontdesk", "serve"}, Dir: r.folder, Env: r.env, Stdout: out, Stderr: out}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting it: %w", err)
	}
	r.mu.Lock()
	r.process, r.asked = cmd.Process, false
	r.starts++
	r.mu.Unlock()
	if ctx.Err() != nil {
		r.signal(syscall.SIGTERM)
	}
	cmd.Wait() // what matters is in the state
	r.mu.Lock()
	defer r.mu.Unlock()
	r.process = nil
	if status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() && (status.ExitStatus() != 0 || !r.asked) {
		return fmt.Errorf("it ended by itself with status %d", status.ExitStatus())
	}
	return nil
}

func (r *replica) log() string { return filepath.Join(r.folder, "log") }

// signal sends a signal, unless the program is down.
func (r *replica) signal(s syscall.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return
	}
	if s == syscall.SIGTERM || s == syscall.SIGKILL {
		r.asked = true
	}
	r.process.Signal(s) // it may have ended just now
}

// stop asks the program to end and waits until it has. One that does not is killed
// after a while; then it is false.
func (r *replica) stop(ctx context.Context) bool {
	before := r.pid()
	r.signal(syscall.SIGTERM)
	late, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	if before == 0 || until(late, func() bool { return r.pid() != before }) {
		return true
	}
	r.blame("it did not stop when it was asked to")
	r.signal(syscall.SIGKILL)
	return false
}

// hold keeps the program down once it ends, or no longer.
func (r *replica) hold(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = on
}

func (r *replica) isHeld() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held
}

// pid is the program's process; 0 while it is down.
func (r *replica) pid() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return 0
	}
	return r.process.Pid
}

func (r *replica) blame(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble = append(r.trouble, what)
}

// get is what the program answers to a request; empty when it does not.
func (r *replica) get(path string) string {
	resp, err := r.client.Get("http://" + r.listen + path)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

func (r *replica) ready() bool { return strings.HasPrefix(r.get("/readyz"), "ready") }

// faults are what the program should not have done: ends of its own, and signs in
// its log of a panic or a data race.
func (r *replica) faults() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := r.trouble
	said, err := os.ReadFile(r.log())
	if err != nil {
		found = append(found, "its log cannot be read")
	}
	for _, sign := range []string{"panic:", "DATA RACE", "level=ERROR", "fatal error:"} {
		if n := strings.Count(string(said), sign); n > 0 {
			found = append(found, fmt.Sprintf("its log says %q %d times", sign, n))
		}
	}
	return found
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// until waits for a condition; it is false when ctx ends first.
func until(ctx context.Context, cond func() bool) bool {
	for !cond() {
		if ctx.Err() != nil {
			return false
		}
		pause(ctx, 20*time.Millisecond)
	}
	return true
}
