package traffic

// A Finding is what a test of a setting found.
type Finding struct {
	What    string // was tested
	Good    string // what it is like, when all is well
	Problem string // what is wrong and what to do; empty when all is well
}
