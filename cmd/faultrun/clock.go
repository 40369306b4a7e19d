package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"time"
)

// jump lets what Redis keeps age, or grow younger, by some hours at once. To those who
// use Redis that is what a jump of its clock is: everything that ends at some time ends
// so much sooner or later. (A preloaded library that fakes the clock stops Redis's
// allocator.)
func jump(address, hours string) error {
	by, err := time.ParseDuration(strings.ReplaceAll(strings.TrimPrefix(hours, "+"), " ", ""))
	if err != nil {
		return fmt.Errorf("reading how far the clock jumps: %w", err)
	}
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return fmt.Errorf("letting redis's clock jump: %w", err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	const script = `for _, k in ipairs(redis.call('KEYS', '*')) do local left = redis.call('PTTL', k) if left > 0 then redis.call('PEXPIRE', k, math.max(left - ARGV[1], 0)) end end return 1`
	fmt.Fprintf(c, "EVAL \"%s\" 0 %d\r\n", script, by.Milliseconds())
	answer, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return fmt.Errorf("letting redis's clock jump: %w", err)
	}
	if answer != ":1\r\n" {
		return fmt.Errorf("letting redis's clock jump: it answers %q", answer)
	}
	return nil
}
