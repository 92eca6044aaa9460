// Package passkey is the two ceremonies of Web Authentication (level 3): a key is
// made, and a key signs. It asks for keys that their device finds by itself, and
// that look at who holds them each time (user verification): such a key is two
// factors. It keeps nothing: challenges and keys are the caller's.
package passkey
