// Frappe's templates name the counters of their loops by three random letters. Now and then these are a word of JavaScript,
// or one name twice: then a page of the Desk, once in some two thousand, stays empty, and with it a case and its dates.
const WORDS = new Set(["for", "let", "new", "obj", "try", "var"]);

export function mend(utils) {
	const random = utils.get_random;
	let last = "";
	utils.get_random = (length) => {
		let name = random(length);
		while (WORDS.has(name) || name === last) name = random(length);
		last = name;
		return name;
	};
}
