package main

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/nettest"
)

// patience is how long a test waits for what should happen soon.
const patience = 2 * time.Minute

// program is the real program as a process of its own.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	output *channeltest.Log // standard output and error
	ended  chan struct{}
}

// startProgram runs frontdesk with these settings and no others. The test binary
// is the program, too: TestMain sees by its name that it is meant so.
func startProgram(t *testing.T, settings ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, output: &channeltest.Log{}, ended: make(chan struct{})}
	p.cmd = &exec.Cmd{Path: self, Args: []string{"frontdesk", "serve"}, Env: append([]string{"FRONTDESK_LISTEN=127.0.0.1:0"}, settings...), Dir: t.TempDir(), Stdout: p.output, Stderr: p.output}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.cmd.Wait() // the status is read from ProcessState
		close(p.ended)
	}()
	t.Cleanup(func() { p.signal(os.Kill); <-p.ended })
	return p
}

// signal sends a signal, unless the program has ended.
func (p *program) signal(s os.Signal) { p.cmd.Process.Signal(s) }

// status waits for the program's end and gives its exit status; -1 for one that was killed.
func (p *program) status() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("the program does not end; it says\n%s", p.output)
		return 0
	}
}

// soon waits until something happens that a program does beside what it was seen to do.
func soon(t *testing.T, p *program, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s; the program says\n%s", what, p.output)
		}
	}
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := nettest.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// askDoctor runs the doctor as a process of its own.
func askDoctor(t *testing.T, settings ...string) (status int, says string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{Path: self, Args: []string{"frontdesk", "doctor"}, Env: append(settings, "FRONTDESK_LISTEN=127.0.0.1:0"), Dir: t.TempDir()}
	out, _ := cmd.CombinedOutput() // the status says how it ended
	return cmd.ProcessState.ExitCode(), string(out)
}
