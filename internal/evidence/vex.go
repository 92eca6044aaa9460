package evidence

// vexState is what the analysis of a vulnerability means for a check, in the
// words of CycloneDX and OpenVEX.
func vexState(state string) Outcome {
	switch state {
	case "not_affected", "resolved", "resolved_with_pedigree", "false_positive", "fixed":
		return Pass
	case "in_triage", "under_investigation":
		return Inconclusive
	default: // exploitable, affected, or nobody said
		return Fail
	}
}
