"""The names of the shipped policies, as the engine's tests write them."""

LSAB, STOCKPORT, REDBRIDGE, BUCKS, SUFFOLK = (
	"4lsab-2023",
	"stockport",
	"redbridge-2022",
	"buckinghamshire",
	"suffolk-2024",
)
