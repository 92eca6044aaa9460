package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// document serves the description of the interface.
func (a *api) document() error {
	doc := a.huma.OpenAPI()
	schemas := doc.Components.Schemas
	for _, unused := range []string{"v2.ErrorModel", "v2.ErrorDetail"} { // every error is a Problem
		delete(schemas.Map(), unused)
	}
	for name, s := range schemas.Map() {
		orNothing(s, schemas.TypeFromRef("#/components/schemas/"+name))
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	a.mux.HandleFunc("GET "+base+openAPIPath+".json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if _, err := w.Write(text); err != nil {
			a.log.Debug("the answer was not taken", "error", err)
		}
	})
	return nil
}

// orNothing says of each field of a type that may hold nothing, and is written
// then too, that it may be null: the schema is made as if it were always there.
func orNothing(s *huma.Schema, t reflect.Type) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for f := range fields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.Properties[name]
		if f.Anonymous && name == "" {
			orNothing(s, f.Type)
			continue
		}
		if p == nil || p.Ref == "" || f.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
			continue
		}
		s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}, Description: p.Description}
	}
}

// fields are the fields of a struct, in their order.
func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}
