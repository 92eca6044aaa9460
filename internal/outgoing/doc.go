// Package outgoing is the one door from the server to the network: webhooks and
// mail. Whatever leaves dials through a [Guard], which looks at the address at
// the moment of dialling, after every name was resolved: an address of the own
// network is not reached unless whoever runs the server named it.
package outgoing
