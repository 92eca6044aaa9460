package risk

// estimateRecovery is a stand-in.
func (p *Portfolio) estimateRecovery(t *threat, s *stance) float64 { return 0 }
