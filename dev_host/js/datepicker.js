// Frappe uses a fork of air-datepicker 2.2.3, on GitHub only, whose time picker has seconds. The release on npm lacks
// them, and a form with a Datetime field then breaks. This adds them to the release's source.
const EDITS = [
	[/fullMinutes: .*$/m, '$&, seconds: date.getSeconds(), fullSeconds: ("0" + date.getSeconds()).slice(-2)'],
	[
		/case \/ii\/\.test\(result\):/,
		'case /ss/.test(result): result = replacer(result, boundary("ss"), d.fullSeconds);\n$&',
	],
	[
		/(date|this\.focused|lastSelectedDate)\.setMinutes\(this\.timepicker\.minutes\)/g,
		"$&; $1.setSeconds(this.timepicker.seconds)",
	],
	[/date\.setMinutes\(m\);/, "$& date.setSeconds(this.timepicker.seconds);"],
	[/this\.minutes = _date\.minutes.*$/m, "$& this.seconds = _date.seconds;"],
	[
		/(.*)-colon(.*\n).*-minutes.*\n/,
		"$&$1-colon$2 '<span class=\"datepicker--time-current-seconds\">00</span>' +\n",
	],
	[
		/.*name="minutes".*\n.*\n/,
		'$&\'<div class="datepicker--time-row">' +
			'<input type="range" name="seconds" value="0" min="0" max="59" step="1"/></div>\' +\n',
	],
	[/this\.\$minutes = .*$/m, "$& this.$$seconds = $('[name=\"seconds\"]', this.$$timepicker);"],
	[
		/this\.\$minutesText = .*$/m,
		"$& this.$$secondsText = $('.datepicker--time-current-seconds', this.$$timepicker);",
	],
	[/this\.\$minutesText\.html\(m\);/, "$& this.$$secondsText.html(dp.getLeadingZeroNum(this.seconds));"],
	[/\.val\(this\.minutes\)/, "$&; this.$$seconds.val(this.seconds);"],
];

// Throws when the release isn't the one these edits were written for, rather than ship half a patch.
function addSeconds(source) {
	let result = source.replace(/\r\n/g, "\n");
	if (result.includes("fullSeconds")) return result; // the fork itself
	for (const [pattern, replacement] of EDITS) {
		const edited = result.replace(pattern, replacement);
		if (edited === result) throw new Error(`air-datepicker has changed: ${pattern} isn't in it`);
		result = edited;
	}
	return result;
}

module.exports = { addSeconds };
