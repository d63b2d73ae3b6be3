import type { ProposalDraft } from "../../scripts/gov/propose.ts";
import { draftOf, fileOf, readProposalFile, type ProposalFile } from "../../scripts/gov/proposal-file.ts";
import { readProposal, resolveProposal, type GovernanceView, type Proposal } from "../../scripts/gov/proposals.ts";

/** What a task looks at: a proposal that exists, or a file. */
export interface Subject {
  readonly draft: ProposalDraft;
  /** The chain that the file names; undefined for a proposal on the chain. */
  readonly chainId: number | undefined;
  readonly proposal: Proposal | undefined;
}

/** The parts of a proposal's text as {@link ProposalDraft} has them; the last two are source and proposer. */
export function draftFrom(proposal: Proposal): ProposalDraft {
  const [heading = "", ...rest] = (proposal.description ?? "").split("\n\n");
  const paragraphs = rest.filter((text) => !/^(Source: |#proposer=)/.test(text));
  const source = rest.find((text) => text.startsWith("Source: "))?.slice("Source: ".length);
  return {
    title: heading.replace(/^# /, ""),
    paragraphs,
    source: source ?? "not said",
    actions: proposal.actions.map(({ target, calldata, value }) => ({ to: target, data: calldata, value })),
  };
}

/** A proposal on the chain as a file. */
export function exportProposal(view: GovernanceView, proposal: Proposal): ProposalFile {
  return fileOf(draftFrom(proposal), view.publicClient.chain.id);
}

/** Reads what a person names: a file that ends in .json, or a proposal. @throws UserError when there is neither */
export async function readSubject(view: GovernanceView, what: string): Promise<Subject> {
  if (what.endsWith(".json")) {
    const file = await readProposalFile(what);
    return { draft: draftOf(file, view.addresses), chainId: file.chainId, proposal: undefined };
  }
  const proposal = await readProposal(view, await resolveProposal(view, what));
  return { draft: draftFrom(proposal), chainId: undefined, proposal };
}
