package corpus

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is something wrong in a document, where it is, and what to do.
type Problem struct {
	File   string
	Line   int // from 1; 0 when it concerns the whole file
	What   string
	Remedy string
}

// String gives the problem on one line, as editors and terminals link it.
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s: %s; %s", where, p.What, p.Remedy)
}

// Problems is the error of [Load]: all that is wrong, in file and line order.
type Problems []Problem

// Error gives one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// add adds a problem, unless there are too many to read already.
func (ps *Problems) add(file string, line int, what, remedy string) {
	if len(*ps) >= maxProblems {
		return
	}
	*ps = append(*ps, Problem{File: file, Line: line, What: what, Remedy: remedy})
}

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
}
