package parley

import (
	"slices"
	"strings"
)

// currencies are the active codes of ISO 4217 list one (six-group.com, the
// maintenance agency), without the codes for metals, bond units and testing.
const currencies = `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN
BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF
XCD XCG XDR XOF XPF YER ZAR ZMW ZWG`

// Currencies lists the currency codes that a product may use, in alphabetical order.
func Currencies() []string { return strings.Fields(currencies) }

// ValidCurrency reports whether a code is an active ISO 4217 currency code.
func ValidCurrency(code string) bool {
	_, ok := slices.BinarySearch(Currencies(), code)
	return ok
}

// currencyMeant is the code somebody probably meant, "" when nothing is near.
func currencyMeant(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "£", "pound", "pounds", "sterling", "ukp":
		return "GBP"
	case "€", "euro", "euros":
		return "EUR"
	case "$", "dollar", "dollars", "us$":
		return "USD"
	case "¥", "yen":
		return "JPY"
	case "bgn", "hrk": // replaced by the euro in 2026 and 2023
		return "EUR"
	}
	return Nearest(text, Currencies())
}
