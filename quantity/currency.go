package quantity

import "strings"

// isoCodes are the active ISO 4217 currency codes (list one, 2024), without
// funds, metals and test codes.
const isoCodes = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD " +
	"CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD " +
	"HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD " +
	"MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG " +
	"QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD " +
	"TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG "

// isISOCode reports whether s, in capitals, is a currency code.
func isISOCode(s string) bool {
	return len(s) == 3 && strings.Contains(isoCodes, " "+s+" ")
}

// symbolCodes are the currencies a symbol may stand for, the usual one first.
func symbolCodes(symbol string) []string {
	switch symbol {
	case "£":
		return []string{"GBP", "EGP", "FKP", "GIP", "SHP", "SSP", "SYP", "LBP", "SDG"}
	case "€":
		return []string{"EUR"}
	case "$":
		return []string{
			"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "BBD", "BMD",
			"BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD", "CUP", "BRL",
		}
	case "¥":
		return []string{"JPY", "CNY"}
	case "₹":
		return []string{"INR"}
	case "₽":
		return []string{"RUB"}
	case "₩":
		return []string{"KRW", "KPW"}
	case "₪":
		return []string{"ILS"}
	case "₺":
		return []string{"TRY"}
	case "₴":
		return []string{"UAH"}
	case "₫":
		return []string{"VND"}
	case "₦":
		return []string{"NGN"}
	case "฿":
		return []string{"THB"}
	case "₱":
		return []string{"PHP"}
	case "₡":
		return []string{"CRC"}
	case "₵":
		return []string{"GHS"}
	case "₸":
		return []string{"KZT"}
	case "₾":
		return []string{"GEL"}
	case "֏":
		return []string{"AMD"}
	case "₲":
		return []string{"PYG"}
	case "₮":
		return []string{"MNT"}
	case "₼":
		return []string{"AZN"}
	case "៛":
		return []string{"KHR"}
	case "₭":
		return []string{"LAK"}
	case "৳":
		return []string{"BDT"}
	}
	return nil
}

// dollarCodes are the letters written before $ to say whose dollar it is.
func dollarCode(prefix string) string {
	switch prefix {
	case "us":
		return "USD"
	case "a", "au":
		return "AUD"
	case "c", "ca":
		return "CAD"
	case "nz":
		return "NZD"
	case "hk":
		return "HKD"
	case "s":
		return "SGD"
	case "nt":
		return "TWD"
	case "r":
		return "BRL"
	case "mx":
		return "MXN"
	}
	return ""
}

// wordCodes are the currencies an abbreviation in letters may stand for.
func wordCodes(w string) []string {
	switch w {
	case "kr":
		return []string{"SEK", "NOK", "DKK", "ISK"}
	case "zł", "zl":
		return []string{"PLN"}
	case "fr", "sfr":
		return []string{"CHF"}
	case "kč":
		return []string{"CZK"}
	case "ft":
		return []string{"HUF"}
	case "euro", "euros":
		return []string{"EUR"}
	case "pound", "pounds":
		return symbolCodes("£")
	case "dollar", "dollars":
		return symbolCodes("$")
	case "yen":
		return []string{"JPY"}
	}
	return nil
}
