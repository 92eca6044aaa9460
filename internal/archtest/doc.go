// Package archtest guards the shape of the project: who may import whom, and
// the habits every package keeps. It has only tests.
package archtest
