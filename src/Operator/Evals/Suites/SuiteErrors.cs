namespace Operator.Evals.Suites;

/// <summary>Collects errors of a suite up to a bound, and counts the rest.</summary>
internal sealed class SuiteErrors
{
    private readonly List<SuiteError> _errors = [];

    /// <summary>The first errors.</summary>
    public IReadOnlyList<SuiteError> Told => _errors;

    /// <summary>How many came after them.</summary>
    public int Untold { get; private set; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _errors.Count == 0;

    /// <summary>Adds an error.</summary>
    public void Add(SuiteError error)
    {
        if (_errors.Count < SuiteLimits.Errors) _errors.Add(error);
        else Untold++;
    }
}

/// <summary>Takes errors of one line.</summary>
/// <param name="errors">Where they go.</param>
/// <param name="file">The file.</param>
/// <param name="line">The line, from 1.</param>
internal sealed class LineErrors(SuiteErrors errors, SuiteFile file, int line)
{
    /// <summary>Whether this line has an error.</summary>
    public bool Any { get; private set; }

    /// <summary>Adds an error at a value.</summary>
    public void Add(LocatedJson at, string message) => Add(at.Column, message);

    /// <summary>Adds an error at a column.</summary>
    public void Add(int column, string message)
    {
        Any = true;
        errors.Add(new SuiteError(file.ConfigMap, file.Key, line, column, message));
    }
}
