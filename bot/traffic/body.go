package traffic

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// RefusedInterval is how often a log says that deliveries are refused, at most: anybody
// may send thousands.
const RefusedInterval = 10 * time.Minute

// IsPost tells whether a delivery comes with the method that all deliveries have.
// Another one is refused.
func IsPost(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodPost {
		return true
	}
	w.Header().Set("Allow", http.MethodPost)
	http.Error(w, "only POST", http.StatusMethodNotAllowed)
	return false
}

// ReadBody reads a delivery of at most so many bytes. One that is longer, or cut
// off, is refused, and ok is false.
func ReadBody(w http.ResponseWriter, r *http.Request, most int64) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	switch {
	case err == nil:
		return body, true
	case errors.As(err, new(*http.MaxBytesError)):
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
	default:
		http.Error(w, "cut off", http.StatusBadRequest)
	}
	return nil, false
}
