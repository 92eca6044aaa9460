package exchange

// threagileRule is the weakness and the STRIDE category of a rule that comes
// with Threagile, as its source states them (pkg/risks/builtin, version 1.0.0);
// risks.json does not repeat them. Rules filed under CWE-1008, which names no
// weakness, have "".
func threagileRule(id string) (cwe, stride string) {
	const (
		s = "spoofing"
		t = "tampering"
		i = "information disclosure"
		d = denialOfService
		e = "elevation of privilege"
	)
	switch id {
	case "accidental-secret-leak":
		return "200", i
	case "code-backdooring", "container-baseimage-backdooring":
		return "912", t
	case "cross-site-request-forgery":
		return "352", s
	case "cross-site-scripting":
		return "79", t
	case "dos-risky-access-across-trust-boundary":
		return "400", d
	case "ldap-injection":
		return "90", t
	case "missing-authentication":
		return "306", e
	case "missing-authentication-second-factor":
		return "308", e
	case "missing-build-infrastructure", "push-instead-of-pull-deployment", "unchecked-deployment":
		return "1127", t
	case "missing-file-validation":
		return "434", s
	case "missing-hardening":
		return "16", t
	case "missing-identity-propagation":
		return "284", e
	case "missing-identity-store":
		return "287", s
	case "missing-vault":
		return "522", i
	case "path-traversal":
		return "22", i
	case "search-query-injection":
		return "74", t
	case "server-side-request-forgery":
		return "918", i
	case "service-registry-poisoning":
		return "693", s
	case "sql-nosql-injection":
		return "89", t
	case "unencrypted-asset":
		return "311", i
	case "unencrypted-communication":
		return "319", i
	case "unguarded-access-from-internet", "unguarded-direct-datastore-access":
		return "501", e
	case "untrusted-deserialization":
		return "502", t
	case "xml-external-entity":
		return "611", i
	case "missing-cloud-hardening", "missing-waf":
		return "", t
	case "container-platform-escape", "missing-identity-provider-isolation", "missing-network-segmentation",
		"missing-vault-isolation", "mixed-targets-on-shared-runtime", "unnecessary-communication-link",
		"unnecessary-data-asset", "unnecessary-data-transfer", "unnecessary-technical-asset", "wrong-trust-boundary-content":
		return "", e
	case "incomplete-model", "wrong-communication-link-content":
		return "", i
	}
	return "", ""
}
