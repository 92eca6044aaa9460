// Package serving is how the server runs, whatever it answers: where it
// listens, who its proxies are, which Host it has, how much work it takes on at
// once, health, readiness, metrics and logs, and how it stops without losing a
// request. It holds no rules and knows neither pages nor API: it is given both
// as handlers.
package serving
