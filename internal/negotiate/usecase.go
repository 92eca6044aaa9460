package negotiate

// Writes reports whether a use-case records something; known is false for what
// is no use-case, which nobody may ask for.
func Writes(useCase string) (writes, known bool) {
	p, known := permissions[useCase]
	return p.writes, known
}
