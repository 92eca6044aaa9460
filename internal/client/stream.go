package client

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

const eventStream = "text/event-stream"

// mostSaid is how wide what a server says of its work may be, in columns.
const mostSaid = 200

// mostEvents is how many events are read of one answer: one a quarter of a second
// for as long as a server works on a question, and some to spare.
const mostEvents = 10_000

// streamed reads an answer that comes event by event: progress is told, and the
// answer or the problem is the last.
func (c *Client) streamed(body io.Reader) (*answer, error) {
	r := bufio.NewReader(io.LimitReader(body, mostAnswer+1))
	defer c.progress("", 1)
	read := 0
	for range mostEvents {
		e, n, err := nextEvent(r)
		if read += n; read > mostAnswer {
			return nil, large()
		}
		if err != nil {
			return nil, &lostError{err: c.unreached(cmp.Or(unended(err), err))}
		}
		switch e.name {
		case "answer":
			return &answer{text: e.data, tag: e.id}, nil
		case "problem":
			return nil, problem(e.data)
		case "progress":
			var p api.Progress
			if json.Unmarshal(e.data, &p) == nil {
				done := negotiate.Unmeasured
				if p.Done != nil {
					done = *p.Done
				}
				c.progress(plain.Fit(plain.Clean(p.Says), mostSaid), done)
			}
		}
	}
	return nil, large()
}

// unended is what an end before the answer means.
func unended(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func large() error {
	return parley.Errorf(parley.Unavailable, op, "%s", catalogue.T("client.large", "n", mostAnswer>>20))
}

// event is one event of a stream (WHATWG HTML 9.2.6), of what is used of it here.
type event struct {
	name, id string
	data     []byte
}

// nextEvent reads the next event that says something, and how many bytes it took.
func nextEvent(r *bufio.Reader) (e event, n int, err error) {
	for {
		line, err := r.ReadBytes('\n')
		n += len(line)
		if err != nil {
			return event{}, n, err // what has no end is none
		}
		line = bytes.TrimRight(line, "\r\n")
		field, value, _ := strings.Cut(string(line), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case len(line) == 0 && (e.name != "" || e.data != nil):
			e.data = bytes.TrimSuffix(e.data, []byte("\n"))
			return e, n, nil
		case field == "event":
			e.name = value
		case field == "id":
			e.id = value
		case field == "data":
			e.data = append(append(e.data, value...), '\n')
		}
	}
}
