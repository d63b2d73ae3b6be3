import { valuesPerWord, wordCount } from "../codec/packed-words.ts";

/** Version line shared by every circuit; the compiler refuses others. */
export const PRAGMA = "pragma circom 2.2.3;";

/** The name of a model's main template: digits becomes DigitsModel. */
export function templateName(model: string): string {
  const words = model.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}Model`;
}

/** Lines that unpack the array `words` of several words into the first elements of the array `to`. */
export function unpackLines(side: { readonly count: number; readonly bits: number }, to: string): string[] {
  const { count, bits } = side;
  const [words, perWord] = [wordCount(side), valuesPerWord(bits)];
  const last = count - (words - 1) * perWord;
  return [
    `signal whole[${words - 1}][${perWord}];`,
    `for (var word = 0; word < ${words - 1}; word++) {`,
    `    whole[word] <== Unpack(${perWord}, ${bits})(words[word]);`,
    `    for (var i = 0; i < ${perWord}; i++) ${to}[${perWord} * word + i] <== whole[word][i];`,
    "}",
    `signal rest[${last}] <== Unpack(${last}, ${bits})(words[${words - 1}]);`,
    `for (var i = 0; i < ${last}; i++) ${to}[${(words - 1) * perWord} + i] <== rest[i];`,
  ];
}

/** Lines that set `commitment` to the hash chain of `count` words and the salt. */
export function commitmentLines(words: string, count: number, commitment: string): string[] {
  const hashed = `${words}Hashed`;
  return [
    `signal ${hashed}[${count + 1}];`,
    `for (var i = 0; i < ${count}; i++) ${hashed}[i] <== ${words}[i];`,
    `${hashed}[${count}] <== salt;`,
    `${commitment} <== HashChain(${count + 1})(${hashed});`,
  ];
}
