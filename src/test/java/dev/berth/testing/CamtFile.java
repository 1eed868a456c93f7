package dev.berth.testing;

import java.nio.charset.StandardCharsets;

/** Bank statements as banks write them. */
public final class CamtFile {
    private final String version;
    private final String statement;
    private final StringBuilder entries = new StringBuilder();
    private String account = "DE02120300000000202051";

    /** @param version {@code 02} or {@code 08} */
    public CamtFile(String version, String statement) {
        this.version = version;
        this.statement = statement;
    }

    public CamtFile of(String iban) {
        account = iban;
        return this;
    }

    /**
     * Money that came in.
     *
     * @param text what the payer wrote; a text that begins with RF is sent as a structured reference
     */
    public CamtFile in(String bankReference, String amount, String payerAccount, String text) {
        String remittance = text.startsWith("RF")
                ? "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>" + text
                        + "</Ref></CdtrRefInf></Strd>"
                : "<Ustrd>" + text + "</Ustrd>";
        entry(
                bankReference,
                amount,
                "CRDT",
                "<Dbtr>" + name("Carla Customer") + "</Dbtr><DbtrAcct><Id><IBAN>" + payerAccount
                        + "</IBAN></Id></DbtrAcct>",
                remittance);
        return this;
    }

    public CamtFile out(String bankReference, String amount) {
        entry(bankReference, amount, "DBIT", "<Cdtr>" + name("Power plant") + "</Cdtr>", "<Ustrd>power</Ustrd>");
        return this;
    }

    private String name(String text) {
        return version.equals("08") ? "<Pty><Nm>" + text + "</Nm></Pty>" : "<Nm>" + text + "</Nm>";
    }

    private void entry(String bankReference, String amount, String side, String parties, String remittance) {
        String status = version.equals("08") ? "<Sts><Cd>BOOK</Cd></Sts>" : "<Sts>BOOK</Sts>";
        entries.append("<Ntry><Amt Ccy=\"EUR\">%s</Amt><CdtDbtInd>%s</CdtDbtInd>%s".formatted(amount, side, status))
                .append("<BookgDt><Dt>2026-01-15</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef>".formatted(bankReference))
                .append("<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties>")
                .append(parties)
                .append("</RltdPties><RmtInf>")
                .append(remittance)
                .append("</RmtInf></TxDtls></NtryDtls></Ntry>\n");
    }

    /** An entry as it stands in a file. */
    public CamtFile raw(String entry) {
        entries.append(entry);
        return this;
    }

    public String text() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001."
                + version + "\"><BkToCstmrStmt><GrpHdr><MsgId>m</MsgId></GrpHdr><Stmt><Id>" + statement
                + "</Id><Acct><Id><IBAN>" + account + "</IBAN></Id></Acct>\n" + entries
                + "</Stmt></BkToCstmrStmt></Document>\n";
    }

    public byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }
}
