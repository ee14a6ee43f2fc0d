"""A survey as one HTML file that needs no network: whoever fills it in saves a small CSV.

The file loads nothing and sends nothing; a content security policy in it forbids both. Everything
that comes from data is escaped, and the script reads it from the page, never as code.
"""

from __future__ import annotations

from html import escape

from ci_cli.analysis.survey_templates import Question, Template

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
fieldset{border:0;border-top:1px solid #ccc;margin:1.5rem 0 0;padding:1rem 0 0}
legend{font-weight:600;padding:0 .5rem 0 0}label{margin-right:1rem;white-space:nowrap}
textarea,input[type=text]{width:100%;font:inherit;padding:.5rem;box-sizing:border-box;
border:1px solid #767676;border-radius:4px}
button{font:inherit;padding:.6rem 1.2rem;margin-top:1.5rem;cursor:pointer}
.ends{color:#555;font-size:.9em}
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}.ends{color:#aaa}
textarea,input[type=text]{background:#222;color:#eee}}
"""

_SCRIPT = """
const form=document.querySelector('form');
const own=decodeURIComponent(location.hash.slice(1));
if(own)form.elements['respondent'].value=own;
form.addEventListener('submit',function(event){
event.preventDefault();
const ids=form.dataset.questions.split(' ');
const now=new Date();
const day=[now.getFullYear(),String(now.getMonth()+1).padStart(2,'0'),
String(now.getDate()).padStart(2,'0')].join('-');
const who=form.elements['respondent'].value.trim();
const cells=[form.dataset.survey,form.dataset.version,who,day];
for(const id of ids)cells.push(form.elements['q_'+id].value.trim());
const quoted=function(cell){return '"'+cell.replaceAll('"','""')+'"';};
const head=['survey','version','respondent','day'].concat(ids);
const text='\\ufeff'+head.map(quoted).join(',')+'\\r\\n'+cells.map(quoted).join(',')+'\\r\\n';
const link=document.createElement('a');
link.href=URL.createObjectURL(new Blob([text],{type:'text/csv;charset=utf-8'}));
link.download='answers-'+who.replace(/[^\\p{L}\\p{N}]+/gu,'-')+'.csv';
link.click();
document.getElementById('thanks').hidden=false;
});
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def build(template: Template, survey: str, version: int) -> str:
    """Return the page.

    Args:
        template: the questions as the survey asks them.
        survey: its name; it comes back with the answers.
        version: of the template; it comes back as well.
    """
    questions = "\n".join(_question(question) for question in template.questions)
    names = " ".join(question.id for question in template.questions)
    return f"""<!DOCTYPE html>
<html lang="{escape(template.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">
<title>{escape(template.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(template.title)}</h1>
<p>{escape(template.intro)}</p>
<form data-survey="{escape(survey)}" data-version="{version}" data-questions="{names}">
<fieldset><legend><label for="respondent">{escape(template.respondent)}</label></legend>
<input type="text" id="respondent" name="respondent" required maxlength="80"></fieldset>
{questions}
<button type="submit">{escape(template.save)}</button>
</form>
<p id="thanks" role="status" hidden>{escape(template.thanks)}</p>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _question(question: Question) -> str:
    name = f"q_{question.id}"
    legend = f"<legend>{escape(question.text)}</legend>"
    if question.type == "text":
        box = f'<textarea name="{name}" rows="3" aria-label="{escape(question.text)}"></textarea>'
        return f"<fieldset>{legend}{box}</fieldset>"
    if question.type == "scale":
        low, high = question.low or 0, question.high or 0
        values = [(str(number), str(number)) for number in range(low, high + 1)]
        ends = [f'<span class="ends">{escape(label)}</span>' for label in question.labels]
        before, after = ends or ["", ""]
    else:
        values, before, after = list(question.options), "", ""
    buttons = " ".join(
        f'<label><input type="radio" name="{name}" value="{escape(key)}"> {escape(label)}</label>'
        for key, label in values
    )
    return f"<fieldset>{legend}{before} {buttons} {after}</fieldset>"
