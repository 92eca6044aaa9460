// Package tracing says where the time of a request or a job went, as spans of
// OpenTelemetry: it keeps them for a moment and sends them to a collector by OTLP
// over HTTP, in its JSON form (OTLP 1.x). Without a [Tracer] nothing is kept, and
// asking costs a look into a context.
//
// A span says what was done, when, for how long and whether it failed. It never
// says for whom, about what or with which words: names are patterns of routes and
// fixed words, and the only other things it takes are those of [Attr].
package tracing
