/** The style sheet of the reports (src/report/html/style.ts): the same look in the page. */
declare module 'virtual:report.css' {}
