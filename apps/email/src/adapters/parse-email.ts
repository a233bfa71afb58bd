import PostalMime from 'postal-mime';

export interface ParsedEmail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** As in its header. */
  readonly date: string;
  readonly text: string;
}

/** What an e-mail says, of the source that an SMTP server got. */
export async function parseEmail(source: string): Promise<ParsedEmail> {
  const { messageId = '', headers, subject = '', text = '' } = await PostalMime.parse(source);
  const header = (name: string): string => headers.find(({ key }) => key === name)?.value ?? '';
  return { messageId, from: header('from'), to: header('to'), subject, date: header('date'), text };
}
