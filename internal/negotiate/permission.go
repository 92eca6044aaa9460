package negotiate

import (
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// Actor is who asks for something and how that is known.
type Actor = ledger.Actor

// Ways in, for [Local].
const (
	ViaCLI  = ledger.ViaCLI
	ViaPage = ledger.ViaPage
)

// Local is an actor known because the request came from this machine.
func Local(id string, via ledger.Via) Actor {
	return Actor{ID: id, Known: ledger.ThisMachine, Via: via}
}

// permission says who may call a use-case. Denying is the default: a use-case
// that is not in the table may be called by nobody.
type permission struct {
	known  []ledger.Known
	writes bool
}

var onThisMachine = []ledger.Known{ledger.ThisMachine}

// permissions is the one table of who may do what. Until there is sign-in only
// the person at this machine is known; tokens and sign-ins come with roles.
var permissions = map[string]permission{
	"Check":        {known: onThisMachine},
	"Risk":         {known: onThisMachine},
	"WhatIf":       {known: onThisMachine},
	"Brief":        {known: onThisMachine},
	"Plan":         {known: onThisMachine},
	"Frontier":     {known: onThisMachine},
	"Compare":      {known: onThisMachine},
	"Learn":        {known: onThisMachine},
	"Layers":       {known: onThisMachine},
	"Gate":         {known: onThisMachine},
	"Import":       {known: onThisMachine},
	"Export":       {known: onThisMachine},
	"ReadEvidence": {known: onThisMachine},
	"AddEvidence":  {known: onThisMachine, writes: true},
	"AddIncident":  {known: onThisMachine, writes: true},
	"Incidents":    {known: onThisMachine},
	"Create":       {known: onThisMachine, writes: true},
	"Apply":        {known: onThisMachine, writes: true},
	"Decide":       {known: onThisMachine, writes: true},
	"Move":         {known: onThisMachine, writes: true},
	"Status":       {known: onThisMachine},
	"Tasks":        {known: onThisMachine},
	"Done":         {known: onThisMachine, writes: true},
	"Log":          {known: onThisMachine},
	"Show":         {known: onThisMachine},
	"Verify":       {known: onThisMachine},
	"Checkpoint":   {known: onThisMachine},
	"Prove":        {known: onThisMachine},
	"CheckProof":   {known: onThisMachine},
	"Backup":       {known: onThisMachine},
	"Restore":      {known: onThisMachine, writes: true},
	"ExportLedger": {known: onThisMachine},
	"ImportLedger": {known: onThisMachine, writes: true},
	"Sweep":        {known: onThisMachine, writes: true},
	"SweepEvery":   {known: onThisMachine, writes: true},
	"ShowAt":       {known: onThisMachine},
	"Rules":        {known: onThisMachine},
	"SetRule":      {known: onThisMachine, writes: true},
	"SettleRule":   {known: onThisMachine, writes: true},
	"AddNote":      {known: onThisMachine, writes: true},
	"Products":     {known: onThisMachine},
	"Members":      {known: onThisMachine},
	"SetMember":    {known: onThisMachine, writes: true},
}

// allow refuses an actor that may not call a use-case.
func allow(actor Actor, useCase string) error {
	p, ok := permissions[useCase]
	if !ok || !slices.Contains(p.known, actor.Known) {
		return parley.Errorf(parley.Forbidden, useCase, "only somebody at this machine may do that").
			WithHint("sign-in does not exist yet; use the command line or the page on this machine")
	}
	return nil
}
