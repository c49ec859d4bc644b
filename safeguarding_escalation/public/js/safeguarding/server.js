// Calls of the app's own API. A refusal comes back as sentences for the dialog that asked, which stays open.
import { sentences } from "./text";

const API = "safeguarding_escalation.api.escalation.";

// Resolves to the answer; rejects with {title, lines, kind, problems}: `kind` is the server's error class, `problems`
// what Quick raise found, question by question. `method` is one of the case's, or a whole path.
export function call(method, args, options = {}) {
	return new Promise((resolve, reject) => {
		frappe
			.call({ method: method.includes(".") ? method : API + method, args, silent: true, ...options })
			.then(
				(answer) => resolve(answer.message),
				(xhr) => reject(refusal(xhr))
			);
	});
}

function refusal(xhr) {
	const answer = (xhr && xhr.responseJSON) || {};
	const messages = parsed(answer._server_messages).map((text) => parsed(text, { message: text }));
	const lines = messages.flatMap((entry) => sentences(entry.message));
	const silent = __("The server did not answer. Nothing was saved; what you typed is still here.");
	return {
		kind: answer.exc_type || "",
		title: (messages[0] && messages[0].title) || __("Not possible"),
		lines: lines.length ? lines : [silent],
		problems: answer.problems || [],
	};
}

function parsed(value, otherwise = []) {
	if (!value) return otherwise;
	if (typeof value !== "string") return value;
	try {
		return JSON.parse(value);
	} catch {
		return otherwise;
	}
}
