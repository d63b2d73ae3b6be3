import { keccak256, type Hex } from "viem";
import { hexOf, type IntelCertificate } from "./certificate.ts";
import { contentOf, derChildren, derInteger, expectDer, onlyDer, TAG } from "./der.ts";
import { TdxRefusedError } from "./errors.ts";

/** What a PCK certificate says about its machine. */
export interface PckPlatform {
  /** The 16 SGX component SVNs. */
  readonly svns: readonly number[];
  readonly pceSvn: number;
  /** Two bytes, in hexadecimal without a prefix. */
  readonly pceId: string;
  /** Six bytes, in hexadecimal without a prefix. */
  readonly fmspc: string;
  /** keccak256 of the platform provisioning id. */
  readonly ppidHash: Hex;
}

/** Intel's SGX extension, 1.2.840.113741.1.13.1. */
const OID = "2a864886f84d010d01";

/**
 * Reads the SGX extension of a PCK certificate.
 *
 * @throws {@link TdxRefusedError} when it is missing or not as Intel writes it
 */
export function readPckPlatform(certificate: IntelCertificate): PckPlatform {
  const value = certificate.extensions.get(OID);
  if (value === undefined) throw new TdxRefusedError("extension-invalid", "The certificate has no SGX extension.");
  const pairs = (node: ReturnType<typeof onlyDer>) =>
    derChildren(value, node).map((entry) => {
      const [id, content, ...rest] = derChildren(value, expectDer(entry, TAG.sequence));
      if (id === undefined || content === undefined || rest.length > 0) {
        throw new TdxRefusedError("extension-invalid", "A member of the SGX extension is not a pair.");
      }
      return { id: hexOf(contentOf(value, expectDer(id, TAG.objectIdentifier))), content };
    });
  const members = pairs(onlyDer(value, TAG.sequence));
  const octets = (index: number, size: number): Uint8Array => {
    const member = members[index];
    const content =
      member === undefined ? new Uint8Array() : contentOf(value, expectDer(member.content, TAG.octetString));
    if (member?.id !== `${OID}0${index + 1}` || content.length !== size) {
      throw new TdxRefusedError("extension-invalid", `Member ${index + 1} of the SGX extension is not ${size} bytes.`);
    }
    return content;
  };
  const tcbMember = members[1];
  if (tcbMember?.id !== `${OID}02`) throw new TdxRefusedError("extension-invalid", "The SGX extension has no TCB.");
  const tcb = pairs(expectDer(tcbMember.content, TAG.sequence));
  const svns = tcb.slice(0, 17).map(({ id, content }, index) => {
    const svn = Number(derInteger(value, content));
    if (id !== `${OID}02${(index + 1).toString(16).padStart(2, "0")}` || svn > (index === 16 ? 0xffff : 0xff)) {
      throw new TdxRefusedError("extension-invalid", `TCB component ${index + 1} is out of order or range.`);
    }
    return svn;
  });
  const [pceSvn] = svns.slice(16);
  if (pceSvn === undefined || tcb.length !== 18) {
    throw new TdxRefusedError("extension-invalid", "The SGX extension's TCB does not have 18 members.");
  }
  return {
    svns: svns.slice(0, 16),
    pceSvn,
    pceId: hexOf(octets(2, 2)),
    fmspc: hexOf(octets(3, 6)),
    ppidHash: keccak256(octets(0, 16)),
  };
}
