package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/negotiate"
)

// query are the choices of a question; what is empty is not sent.
type query map[string]string

func (q query) text() string {
	v := url.Values{}
	for name, value := range q {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// of is the path of a product, or of the one that is meant where none is named.
func of(product string, parts ...string) string {
	if product == "" {
		product = api.Any
	}
	path := "/products/" + url.PathEscape(product)
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	return path
}

// ask asks the same question about a product of the server, with its choices in
// the query, or about a file, with both in the body.
func ask[T any](ctx context.Context, c *Client, s negotiate.Source, question string, choices any) (*T, error) {
	fields, err := choice(choices)
	if err != nil {
		return nil, err
	}
	r := request{method: http.MethodGet, path: of(s.Product, question)}
	if s.Data != nil {
		fields["file"] = api.File{Name: s.Name, Text: string(s.Data)}
		r = request{method: http.MethodPost, path: "/files/" + question, json: fields}
	} else {
		q := query{}
		for name, value := range fields {
			q[name] = fmt.Sprint(value)
		}
		r.path += q.text()
	}
	out := new(T)
	_, err = c.send(ctx, r, out)
	if err != nil {
		return nil, quoted(err, s.Data)
	}
	return out, nil
}

// choice are the choices of a question by their names, which are the same in a
// body and in a query.
func choice(choices any) (map[string]any, error) {
	text, err := json.Marshal(choices)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // seeds have 64 bits
	fields := map[string]any{}
	err = dec.Decode(&fields)
	maps.DeleteFunc(fields, func(_ string, v any) bool { return v == nil })
	return fields, err
}

// list is a list as one choice.
func list(all []string) string { return strings.Join(all, ",") }

// losses are amounts as one choice.
func losses(all []float64) string {
	var out []string
	for _, x := range all {
		out = append(out, strconv.FormatFloat(x, 'f', -1, 64))
	}
	return list(out)
}
