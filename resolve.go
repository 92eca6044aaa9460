package parley

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/parleysec/parley/quantity"
)

// Resolve reads every quantity of the model with the model's own currency,
// horizon and scale, in place. It reports every text it could not read and
// every warning; a model with errors must not be priced.
func Resolve(m *Model) []Problem {
	r := resolver{env: quantity.Env{Currency: m.Product.Currency, Horizon: DefaultHorizon}}
	eachQuantity(reflect.ValueOf(&m.Policy), "policy", "", r.read)
	r.env.Horizon = m.Policy.HorizonYears()
	r.env.Scale = r.scale(&m.Policy.Scale)
	eachQuantity(reflect.ValueOf(m), "", "", func(q *quantity.Quantity, kind quantity.Kind, path, id string) {
		if !strings.HasPrefix(path, "policy.") {
			r.read(q, kind, path, id)
		}
	})
	return r.problems
}

// Env is what quantity texts of the model may refer to. It is valid once the
// model is resolved.
func (m *Model) Env() quantity.Env {
	r := resolver{}
	return quantity.Env{
		Currency: m.Product.Currency,
		Horizon:  m.Policy.HorizonYears(),
		Scale:    r.scale(&m.Policy.Scale),
	}
}

type resolver struct {
	env      quantity.Env
	problems []Problem
	unread   map[quantity.Kind][]string // words of the scale whose meaning could not be read
}

var quantityType = reflect.TypeFor[quantity.Quantity]()

// visitor is called with a stated quantity, its kind and path, and the id of
// the nearest thing with one.
type visitor func(q *quantity.Quantity, kind quantity.Kind, path, id string)

// eachQuantity visits the quantities that are stated below v. path names v.
func eachQuantity(v reflect.Value, path, id string, visit visitor) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachQuantity(v.Elem(), path, id, visit)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			for i := range v.Len() {
				eachQuantity(v.Index(i), indexed(path, i), id, visit)
			}
		}
	case reflect.Struct:
		if f := v.FieldByName("ID"); f.IsValid() && f.Kind() == reflect.String {
			id = f.String()
		}
		quantitiesOf(v, path, id, visit)
	}
}

// quantitiesOf visits the fields of a struct. Large models are walked more
// than once, so what is not stated is passed over early.
func quantitiesOf(v reflect.Value, path, id string, visit visitor) {
	t := v.Type()
	for i := range t.NumField() {
		f, x := t.Field(i), v.Field(i)
		switch {
		case !f.IsExported() || x.IsZero():
		case f.Anonymous:
			quantitiesOf(x, path, id, visit)
		case f.Type == quantityType:
			visit(x.Addr().Interface().(*quantity.Quantity), KindOf(f), JoinPath(path, FieldName(f)), id)
		case holds(f.Type):
			eachQuantity(x, JoinPath(path, FieldName(f)), id, visit)
		}
	}
}

// holds reports whether a type may hold fields of its own.
func holds(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		return true
	case reflect.Pointer, reflect.Slice:
		return holds(t.Elem())
	}
	return false
}

func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func (r *resolver) read(q *quantity.Quantity, kind quantity.Kind, path, id string) {
	parsed, err := quantity.Parse(q.Text, kind, r.env)
	if err != nil {
		if !r.blamed(kind, q.Text) {
			r.fail(err, path, id)
		}
		return
	}
	*q = parsed
	for _, w := range parsed.Warnings {
		r.problems = append(r.problems, Problem{Path: path, ID: id, Message: w, Warning: true})
	}
}

// blamed reports whether a text begins with a word of the scale that could not
// be read itself: the problem is the scale's, and reported there.
func (r *resolver) blamed(kind quantity.Kind, text string) bool {
	for _, word := range r.unread[kind] {
		if len(text) >= len(word) && strings.EqualFold(text[:len(word)], word) {
			return true
		}
	}
	return false
}

func (r *resolver) fail(err error, path, id string) {
	p := Problem{Path: path, ID: id, Message: err.Error()}
	if pe, ok := errors.AsType[*quantity.ParseError](err); ok {
		p.Message, p.Hint, p.Column, p.Text = pe.Problem, pe.Want, pe.Column, pe.Text
	}
	r.problems = append(r.problems, p)
}

// scale turns the file's words into a scale, checking that each can be read.
func (r *resolver) scale(s *Scale) quantity.Scale {
	q := quantity.Scale{
		Name: "this file", Version: 1,
		Likelihood: s.Likelihood, Impact: s.Impact, Cost: s.Cost, Strength: s.Strength,
	}
	if s.Points != nil {
		q.PointValue, q.PointWorth = s.Points.Value, s.Points.Worth.Text
	}
	for _, w := range []struct {
		name  string
		words map[string]string
		kind  quantity.Kind
	}{
		{"likelihood", s.Likelihood, quantity.Likelihood},
		{"impact", s.Impact, quantity.Money},
		{"cost", s.Cost, quantity.Effort},
		{"strength", s.Strength, quantity.Share},
	} {
		env := quantity.Env{Currency: r.env.Currency, Horizon: r.env.Horizon}
		for _, word := range sortedKeys(w.words) {
			if _, err := quantity.ParseNumbers(w.words[word], w.kind, env); err != nil {
				r.fail(err, "policy.scale."+w.name+"."+word, "")
				if r.unread == nil {
					r.unread = map[quantity.Kind][]string{}
				}
				r.unread[w.kind] = append(r.unread[w.kind], word)
			}
		}
	}
	return q
}

// FieldName is the name of a field in files and JSON.
func FieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// JoinPath appends a field to the path of what holds it.
func JoinPath(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// KindOf is the kind of quantity a field states, from its quantity tag.
func KindOf(f reflect.StructField) quantity.Kind {
	switch f.Tag.Get("quantity") {
	case "money":
		return quantity.Money
	case "yearly":
		return quantity.Yearly
	case "likelihood":
		return quantity.Likelihood
	case "share":
		return quantity.Share
	case "effort":
		return quantity.Effort
	case "duration":
		return quantity.Duration
	case "count":
		return quantity.Count
	case "worth":
		return quantity.Worth
	}
	return quantity.None
}
