import { zeroHash, type Hex } from "viem";

import { UserError } from "../lib/user-error.ts";
import type { ModelCard } from "./model-card.ts";

/** What a publisher says about a repository, as the contract takes it. */
export interface RepositoryInfo {
  readonly description: string;
  readonly task: string;
  readonly licence: string;
  readonly tags: readonly string[];
  /** Lists and searches leave it out. */
  readonly unlisted: boolean;
  /** keccak256 of the README; zero means "none". */
  readonly metadataHash: Hex;
}

/** The contract's limits, in bytes and in number. */
export interface InfoLimits {
  readonly description: number;
  readonly label: number;
  readonly tags: number;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The longest beginning of a text that has at most `limit` bytes, with an ellipsis when something is left out. */
function shorten(text: string, limit: number): string {
  if (bytesOf(text) <= limit) return text;
  const characters = [...text];
  while (bytesOf(`${characters.join("")}…`) > limit) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/**
 * Joins what was said on the command line with what the README says; the command line wins. A README's long description
 * is shortened, and of its tags those that fit are taken; what a person wrote on purpose must fit.
 *
 * @param said fields given on purpose
 * @returns the information and sentences about what was left out
 * @throws UserError naming the field that does not fit
 */
export function repositoryInfo(
  said: Partial<RepositoryInfo>,
  card: ModelCard,
  limits: InfoLimits,
): { readonly info: RepositoryInfo; readonly remarks: readonly string[] } {
  const remarks: string[] = [];
  const fit = (field: string, text: string, limit: number): string => {
    if (bytesOf(text) > limit) {
      throw new UserError(`The ${field} has ${bytesOf(text)} bytes; at most ${limit} fit on the chain.`);
    }
    return text;
  };
  const described = card.description ?? "";
  const description = said.description ?? shorten(described, limits.description);
  if (said.description === undefined && description !== described) {
    remarks.push(`The README's description is shortened to ${limits.description} bytes.`);
  }
  let tags = said.tags;
  if (tags === undefined) {
    tags = card.tags.filter((tag) => bytesOf(tag) <= limits.label).slice(0, limits.tags);
    const left = card.tags.length - tags.length;
    if (left > 0) remarks.push(`${left} of the README's ${card.tags.length} tags do not fit and are left out.`);
  }
  if (tags.length > limits.tags) throw new UserError(`${tags.length} tags are too many; at most ${limits.tags} fit.`);
  return {
    info: {
      description: fit("description", description, limits.description),
      task: fit("task", said.task ?? card.task ?? "", limits.label),
      licence: fit("licence", said.licence ?? card.licence ?? "", limits.label),
      tags: tags.map((tag) => fit(`tag "${tag}"`, tag, limits.label)),
      unlisted: said.unlisted ?? false,
      metadataHash: said.metadataHash ?? zeroHash,
    },
    remarks,
  };
}
